import type { World } from '../world.js';
import type { GithubCaller } from './caller.js';
import { maySee } from './caller.js';
import type { Issue, Repository } from './github-state.js';
import { loginOf } from './issues.js';

/** An issue with its repository. */
export interface FoundIssue {
  repository: Repository;
  issue: Issue;
}

/** Issue search: `repo:`, `is:`, `state:`, `author:`, `label:`, `in:` and free or quoted words. */
export function searchIssues(world: World, caller: GithubCaller | undefined, q: string): FoundIssue[] {
  const terms = [...q.matchAll(/(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, plain]) => ({
    key,
    value: (quoted ?? plain ?? '').toLowerCase(),
  }));
  const inTerm = terms.find(({ key }) => key === 'in')?.value;
  const me = caller?.account.login ?? '';
  for (const term of terms) if (term.value === '@me') term.value = me;
  return world.state.github.repositories
    .filter((repository) => maySee(caller, repository))
    .flatMap((repository) => repository.issues.map((issue) => ({ repository, issue })))
    .filter((found) => terms.every((term) => fits(world, found, term, inTerm)))
    .sort((a, b) => b.issue.createdAt.localeCompare(a.issue.createdAt) || b.issue.number - a.issue.number);
}

function fits(
  world: World,
  { repository, issue }: FoundIssue,
  { key, value }: { key?: string; value: string },
  inTerm: string | undefined,
): boolean {
  switch (key) {
    case 'repo':
      return `${repository.owner}/${repository.name}`.toLowerCase() === value;
    case 'user':
    case 'org':
      return repository.owner.toLowerCase() === value;
    case 'is':
    case 'state':
      if (value === 'private' || value === 'public') return repository.private === (value === 'private');
      return value === issue.state || isKind(issue, value);
    case 'type':
      return isKind(issue, value);
    case 'author':
      return loginOf(world, issue.authorId) === value;
    case 'label':
      return issue.labels.some((label) => label.toLowerCase() === value);
    case 'in':
      return true;
    default:
      return searchedText(issue, inTerm).includes(key ? `${key}:${value}` : value);
  }
}

function isKind(issue: Issue, value: string): boolean {
  if (value === 'merged') return Boolean(issue.pull?.mergedAt);
  return issue.pull ? value === 'pr' || value === 'pull-request' : value === 'issue';
}

function searchedText(issue: Issue, inTerm: string | undefined): string {
  const parts = {
    title: issue.title,
    body: issue.body ?? '',
    comments: issue.comments.map(({ body }) => body).join('\n'),
  };
  const chosen = inTerm ? inTerm.split(',') : ['title', 'body', 'comments'];
  return Object.entries(parts)
    .filter(([name]) => chosen.includes(name))
    .map(([, text]) => text.toLowerCase())
    .join('\n');
}

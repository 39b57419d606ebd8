import type { Account } from '../oauth/records.js';
import type { GithubState, Issue, Repository } from './github-state.js';

const DAY_MS = 86_400_000;

/** Accounts at the GitHub twin. */
export const GITHUB_ACCOUNTS: Account[] = [
  {
    provider: 'github',
    id: '1815',
    name: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: 'ada@example.com',
    login: 'ada-lovelace',
  },
  {
    provider: 'github',
    id: '1912',
    name: 'Alan Turing',
    givenName: 'Alan',
    familyName: 'Turing',
    email: 'alan@example.com',
    login: 'alan-turing',
  },
];

/** Repositories with issues; each account has a public and a private one. */
export function seedGithub(nowMs: number): GithubState {
  const state: GithubState = { repositories: [], lastId: 1000 };
  for (const { id, login } of GITHUB_ACCOUNTS) {
    state.repositories.push(
      repository(state, { owner: login, ownerId: id, name: 'engine', isPrivate: false }, nowMs),
      repository(state, { owner: login, ownerId: id, name: 'notebook', isPrivate: true }, nowMs),
    );
  }
  return state;
}

function repository(
  state: GithubState,
  is: { owner: string; ownerId: string; name: string; isPrivate: boolean },
  nowMs: number,
): Repository {
  const issue = (number: number, title: string, rest: Partial<Issue> = {}): Issue => ({
    id: ++state.lastId,
    number,
    title,
    body: `About ${title.toLowerCase()}.`,
    state: 'open',
    stateReason: null,
    labels: [],
    assignees: [],
    authorId: is.ownerId,
    createdAt: iso(nowMs - (10 - number) * DAY_MS),
    updatedAt: iso(nowMs - (10 - number) * DAY_MS),
    closedAt: null,
    comments: [],
    ...rest,
  });
  return {
    id: ++state.lastId,
    owner: is.owner,
    name: is.name,
    description: is.isPrivate ? 'Private notes' : 'A machine that weaves algebraic patterns',
    private: is.isPrivate,
    collaborators: [is.ownerId],
    createdAt: iso(nowMs - 100 * DAY_MS),
    issues: [
      issue(1, 'Carry mechanism slips', { labels: ['bug'] }),
      issue(2, 'Support punch cards', { labels: ['enhancement'], assignees: [is.ownerId] }),
      issue(3, 'Oil the wheels', {
        state: 'closed',
        stateReason: 'completed',
        closedAt: iso(nowMs - 2 * DAY_MS),
      }),
    ],
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

import type { Account } from '../oauth/records.js';
import type { GithubState, Issue, Repository } from './github-state.js';
import { seedGit, seedNotifications, seedPull, seedReleasesAndRuns } from './seed-git.js';

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

/** Each account has a public repository, with a pull request of somebody else, and a private one. */
export function seedGithub(nowMs: number): GithubState {
  const state: GithubState = { repositories: [], notifications: [], lastId: 1000 };
  for (const { id, login } of GITHUB_ACCOUNTS) {
    const pub = repository(state, { owner: login, ownerId: id, name: 'engine', isPrivate: false }, nowMs);
    const priv = repository(state, { owner: login, ownerId: id, name: 'notebook', isPrivate: true }, nowMs);
    state.repositories.push(pub, priv);
    seedNotifications(state, id, pub);
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
  const otherId = GITHUB_ACCOUNTS.find(({ id }) => id !== is.ownerId)?.id ?? is.ownerId;
  const pulls = is.isPrivate ? [] : [seedPull(issue(4, 'Carry faster', { authorId: otherId }))];
  const made: Repository = {
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
      ...pulls,
    ],
    git: seedGit(is.ownerId, otherId, is.name, nowMs),
    releases: [],
    runs: [],
  };
  seedReleasesAndRuns(state, made, is.ownerId);
  return made;
}

/** Fills in what a state file of an older twin lacks, so that it starts with its accounts, issues and tokens. */
export function completeGithub(state: GithubState, nowMs: number): void {
  const fresh = seedGithub(nowMs);
  state.notifications ??= fresh.notifications;
  for (const stored of state.repositories) {
    const seeded = fresh.repositories.find(
      ({ owner, name }) => owner === stored.owner && name === stored.name,
    );
    const { git, releases, runs } = seeded ?? { git: emptyGit(), releases: [], runs: [] };
    stored.git ??= git;
    stored.releases ??= releases;
    stored.runs ??= runs;
  }
}

function emptyGit(): Repository['git'] {
  return { branches: {}, protectedBranches: [], tags: {}, commits: {}, blobs: {} };
}

function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

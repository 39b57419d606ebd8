import { addCommit, storeBlob } from './git.js';
import type { Commit, Git, GithubState, Issue, Repository } from './github-state.js';

const DAY_MS = 86_400_000;

const CI = 'on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n';
const MILL = ['export function carry(digits: number[]): number[] {', '  return digits;', '}', ''].join('\n');
const FASTER = [
  'export function carry(digits: number[]): number[] {',
  '  return digits.toReversed();',
  '}',
  '',
].join('\n');

/** Files and history: three commits on `main`, and the branch `faster-carry` with one more. */
export function seedGit(ownerId: string, otherId: string, title: string, nowMs: number): Git {
  const git: Git = { branches: {}, protectedBranches: ['main'], tags: {}, commits: {}, blobs: {} };
  const date = (daysAgo: number) => new Date(nowMs - daysAgo * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z');
  const grow = (
    parent: Commit | undefined,
    { by, daysAgo, message }: { by: string; daysAgo: number; message: string },
    files: Record<string, string>,
  ) => {
    const tree = { ...parent?.tree };
    for (const [path, text] of Object.entries(files)) tree[path] = storeBlob(git, Buffer.from(text));
    return addCommit(git, {
      message,
      authorId: by,
      date: date(daysAgo),
      parents: parent ? [parent.sha] : [],
      tree,
    });
  };
  const first = grow(
    undefined,
    { by: ownerId, daysAgo: 90, message: 'Begin' },
    { 'README.md': `# ${title}\n` },
  );
  const second = grow(
    first,
    { by: ownerId, daysAgo: 60, message: 'Add the mill' },
    {
      'src/mill.ts': MILL,
      'docs/notes.md': 'Notes.\n',
    },
  );
  const third = grow(
    second,
    { by: ownerId, daysAgo: 30, message: 'Run the tests' },
    { '.github/workflows/ci.yml': CI },
  );
  const ahead = grow(
    third,
    { by: otherId, daysAgo: 5, message: 'Carry faster\n\nOne pass is enough.' },
    { 'src/mill.ts': FASTER },
  );
  git.branches = { main: third.sha, 'faster-carry': ahead.sha };
  git.tags = { 'v1.0.0': second.sha };
  return git;
}

/** A pull request from `faster-carry`, as an issue. */
export function seedPull(issue: Issue): Issue {
  return {
    ...issue,
    pull: {
      head: 'faster-carry',
      base: 'main',
      draft: false,
      mergedHeadSha: null,
      mergeCommitSha: null,
      mergedAt: null,
      reviews: [],
      comments: [],
    },
  };
}

/** One release, three runs of the workflow. */
export function seedReleasesAndRuns(state: GithubState, repository: Repository, ownerId: string): void {
  const { git } = repository;
  const commit = git.commits[git.tags['v1.0.0'] ?? ''];
  if (!commit) return;
  repository.releases.push({
    id: (state.lastId += 1),
    tag: 'v1.0.0',
    target: 'main',
    name: 'One',
    body: 'The mill turns.',
    draft: false,
    prerelease: false,
    authorId: ownerId,
    createdAt: commit.date,
    publishedAt: commit.date,
  });
  const heads = Object.entries(git.branches);
  const results = [
    ['completed', 'success'],
    ['completed', 'failure'],
    ['in_progress', null],
  ] as const;
  for (const [number, [status, conclusion]] of results.entries()) {
    const [branch, sha] = heads[number % heads.length] ?? ['main', commit.sha];
    const head = git.commits[sha] ?? commit;
    repository.runs.push({
      id: (state.lastId += 1),
      workflow: '.github/workflows/ci.yml',
      name: 'ci',
      title: head.message.split('\n')[0] ?? '',
      number: number + 1,
      event: 'push',
      status,
      conclusion,
      branch,
      sha,
      actorId: head.authorId,
      startedAt: head.date,
    });
  }
}

/** The account's notifications: one read, two unread. */
export function seedNotifications(state: GithubState, accountId: string, repository: Repository): void {
  const reasons = ['review_requested', 'mention', 'subscribed'] as const;
  for (const [index, reason] of reasons.entries()) {
    const issue = repository.issues.at(-1 - index);
    if (!issue) continue;
    state.notifications.push({
      id: (state.lastId += 1),
      accountId,
      repository: `${repository.owner}/${repository.name}`,
      issueNumber: issue.number,
      reason,
      unread: reason !== 'subscribed',
      updatedAt: issue.updatedAt,
      lastReadAt: reason === 'subscribed' ? issue.updatedAt : null,
    });
  }
}

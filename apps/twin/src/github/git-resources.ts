import { findAccount } from '../oauth/accounts.js';
import type { World } from '../world.js';
import { blobOf, changedPaths } from './git.js';
import type { Commit, Git, Repository } from './github-state.js';
import { api, nodeId, simpleUser } from './resources.js';
import { unifiedDiff } from './unified-diff.js';

/** The author or committer of a commit. */
function signature(world: World, { authorId, date }: Commit): Record<string, string> {
  const account = findAccount(world, 'github', authorId);
  return { name: account?.name ?? 'ghost', email: account?.email ?? 'ghost@example.com', date };
}

/** A commit. */
export function commitBody(world: World, repository: Repository, commit: Commit): Record<string, unknown> {
  const fullName = `${repository.owner}/${repository.name}`;
  const address = (sha: string) => ({
    sha,
    url: api(world, `/repos/${fullName}/commits/${sha}`),
    html_url: `${world.url}/github/${fullName}/commit/${sha}`,
  });
  return {
    ...address(commit.sha),
    node_id: nodeId('Commit', commit.sha),
    commit: {
      message: commit.message,
      author: signature(world, commit),
      committer: signature(world, commit),
      tree: { sha: commit.sha },
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null },
    },
    author: simpleUser(world, commit.authorId),
    committer: simpleUser(world, commit.authorId),
    parents: commit.parents.map(address),
  };
}

/** Files that differ between two trees, with their patches. */
export function fileBodies(git: Git, from: Commit['tree'], to: Commit['tree']): Record<string, unknown>[] {
  return changedPaths(from, to).map((filename) => {
    const [before, after] = [from[filename], to[filename]];
    const text = (sha: string | undefined) => (sha === undefined ? '' : blobOf(git, sha).toString('utf8'));
    const { additions, deletions, patch } = unifiedDiff(text(before), text(after));
    return {
      sha: after ?? before,
      filename,
      status: before === undefined ? 'added' : after === undefined ? 'removed' : 'modified',
      additions,
      deletions,
      changes: additions + deletions,
      patch,
    };
  });
}

/** A file or directory, without its content. */
export function entryBody(
  world: World,
  repository: Repository,
  entry: { path: string; type: 'file' | 'dir'; sha: string; size: number },
): Record<string, unknown> {
  const fullName = `${repository.owner}/${repository.name}`;
  const url = api(world, `/repos/${fullName}/contents/${entry.path}`);
  return {
    type: entry.type,
    size: entry.size,
    name: entry.path.split('/').at(-1),
    path: entry.path,
    sha: entry.sha,
    url,
    git_url: api(world, `/repos/${fullName}/git/blobs/${entry.sha}`),
    html_url: `${world.url}/github/${fullName}/blob/main/${entry.path}`,
    download_url: entry.type === 'file' ? `${world.url}/github/raw/${fullName}/${entry.path}` : null,
  };
}

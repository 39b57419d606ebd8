import { createHash } from 'node:crypto';
import { githubNotFound } from './github-errors.js';
import type { Commit, Git } from './github-state.js';

/** Stores content and gives the SHA that git gives it. */
export function storeBlob(git: Git, bytes: Buffer): string {
  const sha = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  git.blobs[sha] = bytes.toString('base64');
  return sha;
}

/** The content of a blob. */
export function blobOf(git: Git, sha: string): Buffer {
  return Buffer.from(git.blobs[sha] ?? '', 'base64');
}

/** Adds a commit; its SHA follows from what it holds. */
export function addCommit(git: Git, commit: Omit<Commit, 'sha'>): Commit {
  const sha = createHash('sha1').update(JSON.stringify(commit)).digest('hex');
  const added = { sha, ...commit };
  git.commits[sha] = added;
  return added;
}

/** The commit that a branch, tag or SHA names, also as `heads/…` or `refs/heads/…`. */
export function findCommit(git: Git, ref: string): Commit | undefined {
  const name = ref.replace(/^(refs\/)?(heads|tags)\//, '');
  return git.commits[own(git.branches, name) ?? own(git.tags, name) ?? name];
}

/** As `findCommit`; a ref that names nothing is not found. */
export function commitOf(git: Git, ref: string): Commit {
  const commit = findCommit(git, ref);
  if (!commit) throw githubNotFound;
  return commit;
}

/** The commit and all before it, newest first. */
export function history(git: Git, from: Commit): Commit[] {
  const seen = new Map<string, Commit>();
  const open = [from];
  for (let commit = open.pop(); commit; commit = open.pop()) {
    if (seen.has(commit.sha)) continue;
    seen.set(commit.sha, commit);
    open.push(...commit.parents.map((sha) => git.commits[sha]).filter((parent) => parent !== undefined));
  }
  const order = [...seen.keys()];
  return [...seen.values()].sort(
    (a, b) => b.date.localeCompare(a.date) || order.indexOf(a.sha) - order.indexOf(b.sha),
  );
}

/** The newest commit that both have before them. */
export function mergeBase(git: Git, one: Commit, other: Commit): Commit | undefined {
  const known = new Set(history(git, one).map(({ sha }) => sha));
  return history(git, other).find(({ sha }) => known.has(sha));
}

/** Paths whose content differs. */
export function changedPaths(from: Commit['tree'], to: Commit['tree']): string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter((path) => from[path] !== to[path])
    .sort();
}

/** The tree with both sides' changes since their base, or undefined when they changed a file differently. */
export function mergedTree(git: Git, base: Commit, head: Commit): Commit['tree'] | undefined {
  const common = mergeBase(git, base, head)?.tree ?? {};
  const taken = changedPaths(common, head.tree);
  const differs = (path: string) => base.tree[path] !== common[path] && base.tree[path] !== head.tree[path];
  if (taken.some(differs)) return undefined;
  const kept = Object.entries(base.tree).filter(([path]) => !taken.includes(path));
  const theirs = Object.entries(head.tree).filter(([path]) => taken.includes(path));
  return Object.fromEntries([...kept, ...theirs]);
}

function own(names: Record<string, string>, name: string): string | undefined {
  return Object.hasOwn(names, name) ? names[name] : undefined;
}

import { execFileSync } from 'node:child_process';

/** A process and everything that it started, however they have grouped themselves. */
export function processTree(root: number): number[] {
  const parents = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const childrenOf = (parent: number): number[] =>
    parents.filter(([, ppid]) => ppid === parent).flatMap(([pid]) => [pid, ...childrenOf(pid)]);
  return [root, ...childrenOf(root)];
}

/** `kill -9` for a process and everything that it started. Gives the ids. */
export function killTree(root: number): number[] {
  const pids = processTree(root);
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended on its own meanwhile.
    }
  }
  return pids;
}

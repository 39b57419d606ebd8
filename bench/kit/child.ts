import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

/** A program of the bench that ends when its standard input closes, as it does when we die. */
export interface Child {
  readonly pid: number;
  /** The first line that it wrote. */
  readonly line: string;
  close(): Promise<void>;
}

/** Starts a program of ours under this Node and waits for its first line. */
export async function startChild(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child: ChildProcess = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const ended = once(child, 'exit');
  const failed = ended.then(() => {
    throw new Error(`${args[0]} ended before it was ready`);
  });
  failed.catch(() => undefined);
  const [chunk] = (await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), failed])) as [
    Buffer,
  ];
  return {
    pid: child.pid ?? 0,
    line: chunk.toString().trim(),
    close: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}

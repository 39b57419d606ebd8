import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { LoadCommand, LoadResult, Target } from './load-process.js';

const PROGRAM = fileURLToPath(new URL('./load-process.ts', import.meta.url));

export type { LoadResult, Target };

/** The load generator's process. */
export class Load {
  private readonly child: ChildProcess;

  constructor() {
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
  }

  /** Keeps a list of requests under a name. */
  async keep(name: string, targets: readonly Target[]): Promise<void> {
    await this.command({ kind: 'targets', name, targets });
  }

  /** Sends requests of a list, in random order, over so many connections for so long. */
  async run(targets: string, origin: string, connections: number, durationMs: number): Promise<LoadResult> {
    const answer = (await this.command({ kind: 'run', targets, origin, connections, durationMs })) as
      LoadResult | { error: string };
    if ('error' in answer) throw new Error(`the load generator failed: ${answer.error}`);
    return answer;
  }

  async close(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }

  private async command(command: LoadCommand): Promise<unknown> {
    const answered = once(this.child, 'message') as Promise<unknown[]>;
    this.child.send(command);
    return (await answered)[0];
  }
}

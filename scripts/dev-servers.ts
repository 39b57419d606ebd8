/** The server of `npm run dev`, and the one that comes after it. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';

/** A drained stop waits for open requests; a developer does not. */
const PATIENCE_MS = 1000;

/** A process that has loaded the packages from npm and waits to be told to load ours. */
function standby(): ChildProcess {
  // In a process group of its own, so that Ctrl-C reaches it through us, once.
  const child = fork('scripts/dev-server.ts', {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // A package's way of loading WebAssembly is no news for a developer of ours.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  child.stdout?.pipe(process.stdout);
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGTERM'), PATIENCE_MS);
  await ended;
  clearTimeout(insist);
}

/** Runs one server at a time, and has the next one ready as soon as this one serves. */
export class DevServers {
  private current: ChildProcess | undefined;
  private next: ChildProcess | undefined;

  async restart(): Promise<void> {
    if (this.current) await stop(this.current);
    const started = this.next ?? standby();
    this.next = undefined;
    this.current = started;
    started.send('start');
    void Promise.race([once(started.stdout ?? started, 'data'), once(started, 'exit')]).then(() => {
      if (this.current === started) this.next ??= standby();
    });
    started.once('exit', (code) => {
      if (code !== 0) process.stderr.write('The server has ended. It starts again with the next change.\n');
    });
  }

  async end(): Promise<void> {
    const { current, next } = this;
    this.current = undefined;
    await Promise.all([current, next].map((child) => child && stop(child)));
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SettingsError } from '../../config/index.js';
import { isRunning, lockDataDirectory, prepareDataDirectory } from './data-directory.js';

let directory: string;
let lock: string;
beforeEach(() => {
  directory = prepareDataDirectory(join(mkdtempSync(join(tmpdir(), 'valetkey-spec-')), 'deep', 'data'));
  lock = join(directory, 'valetkey.lock');
});
afterEach(() => rmSync(join(directory, '..', '..'), { recursive: true, force: true }));

describe('the data directory', () => {
  it('is made with everything above it, and is closed to others', () => {
    expect(statSync(directory).mode & 0o777).toBe(0o711);
  });

  it('is refused in one line where it cannot be made', () => {
    writeFileSync(join(directory, 'file'), '');
    expect(() => prepareDataDirectory(join(directory, 'file', 'data'))).toThrow(SettingsError);
  });
});

describe('the lock of a data directory', () => {
  it('names its holder, is readable by nobody else, and is gone when given back', () => {
    const release = lockDataDirectory(directory);
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
    expect(statSync(lock).mode & 0o777).toBe(0o600);
    release();
    expect(existsSync(lock)).toBe(false);
    release();
  });

  it('is refused while another process holds it, naming that process', async () => {
    const holder = await otherProcess();
    writeFileSync(lock, `${holder.pid} ${startTimeOf(holder.pid)}`);
    expect(() => lockDataDirectory(directory)).toThrow(
      new RegExp(`in use by a running Valetkey \\(process ${holder.pid}\\)`),
    );
    await holder.end();
    lockDataDirectory(directory)();
  });

  it('is refused for a live holder whose start time is not known', async () => {
    const holder = await otherProcess();
    writeFileSync(lock, `${holder.pid} `);
    expect(() => lockDataDirectory(directory)).toThrow(SettingsError);
    await holder.end();
  });

  it('is taken over from a process that has ended and that its parent has not reaped', async () => {
    const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(() => process.kill(pid, 0)).not.toThrow();
    writeFileSync(lock, `${pid} `);
    lockDataDirectory(directory)();
    shell.kill('SIGKILL');
  });

  it('is taken over from a process that no longer runs', async () => {
    const holder = await otherProcess();
    const content = `${holder.pid} ${startTimeOf(holder.pid)}`;
    await holder.end();
    writeFileSync(lock, content);
    lockDataDirectory(directory);
    expect(readFileSync(lock, 'utf8')).toMatch(new RegExp(`^${process.pid} `));
  });

  it('is taken over when another process has got the id of the one that held it', async () => {
    const stranger = await otherProcess();
    writeFileSync(lock, `${stranger.pid} 1`);
    lockDataDirectory(directory);
    await stranger.end();
  });

  it('is taken over from an earlier life with our own id, as in a container', () => {
    writeFileSync(lock, `${process.pid} 1`);
    lockDataDirectory(directory);
  });

  it.each(['', 'nonsense', '-5 1', '0 1', '99999999 5'])('is taken over when it holds "%s"', (content) => {
    writeFileSync(lock, content);
    lockDataDirectory(directory);
  });
});

async function otherProcess() {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid as number,
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

function startTimeOf(pid: number): string {
  if (process.platform !== 'linux') return '';
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';
}

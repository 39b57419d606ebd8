import { chmodSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync, closeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { SettingsError } from '../../config/index.js';

/** Makes the data directory (mode 0700 for what is ours) and returns its absolute path. */
export function prepareDataDirectory(path: string): string {
  const directory = resolve(path);
  try {
    mkdirSync(directory, { recursive: true });
    // Traversable, since the embedded PostgreSQL runs as another user when we are root.
    chmodSync(directory, 0o711);
  } catch (error) {
    throw new SettingsError(`VALETKEY_DATA_DIR ${directory} cannot be written: ${reasonOf(error)}`);
  }
  return directory;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EPERM' || code === 'EACCES')
    return `it belongs to another user (${code}); start as that user, or set it to a directory of your own`;
  // Of a directory that is to be made on such a file system, Node.js says that there is no such file.
  if (code === 'EROFS' || code === 'ENOENT')
    return `its file system is read-only (${code}); set it to a directory that can be written`;
  return message;
}

/**
 * Takes the lock of a data directory for this process; a lock left by a process that no longer runs is replaced.
 * @returns a function that gives the lock back
 * @throws SettingsError when another running process holds it
 */
export function lockDataDirectory(directory: string): () => void {
  const path = join(directory, 'valetkey.lock');
  const release = () => {
    try {
      unlinkSync(path);
    } catch {
      // Gone already: there is nothing to give back.
    }
  };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, `${process.pid} ${startTime(process.pid) ?? ''}`);
      closeSync(file);
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw new SettingsError(`VALETKEY_DATA_DIR ${directory} cannot be written: ${reasonOf(error)}`);
      const holder = readHolder(path);
      if (holder) {
        throw new SettingsError(
          `${directory} is in use by a running Valetkey (process ${holder}); stop it or set VALETKEY_DATA_DIR to another directory`,
        );
      }
      release();
    }
  }
  throw new SettingsError(`${directory} could not be locked: another process keeps taking ${path}`);
}

function readHolder(path: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const [pidText, startedAt] = text.split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isRunning(pid)) return undefined;
  // Process ids are reused: the same id with another start time is not our holder.
  const current = startTime(pid);
  return startedAt && current && startedAt !== current ? undefined : pid;
}

/** Whether a process with this id runs. One that has ended and was not reaped by its parent does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return statusFields(pid)?.[0] !== 'Z';
}

function startTime(pid: number): string | undefined {
  return statusFields(pid)?.[19];
}

/** The fields of /proc/PID/stat from the state on; none where there is no such file. */
function statusFields(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
  } catch {
    return undefined;
  }
}

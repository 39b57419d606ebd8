import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';

/** The user that the embedded PostgreSQL runs as when this process is root, which PostgreSQL refuses to run as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'postgres';

const MAKE = [
  ['useradd', '--system', '--no-create-home', '--user-group', NAME],
  ['useradd', '--system', '--no-create-home', '--gid', NAME, NAME],
  ['adduser', '-S', '-D', '-H', NAME],
] as const;

/**
 * The owner of existing database files, else the user `postgres`, who is created if missing. `undefined`: this process
 * is not root, and PostgreSQL runs as the same user.
 * @throws Error when there is no such user and none can be created
 */
export function serverUserOf(databaseDir: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return ownerOf(databaseDir) ?? userNamed(NAME) ?? makeUser();
}

/** The first directory on a path that this user may not enter. */
export function closedDirectory(path: string, { uid, gid }: ServerUser): string | undefined {
  const ancestors: string[] = [];
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    ancestors.unshift(directory);
    if (directory === dirname(directory)) break;
  }
  return ancestors.find((directory) => {
    const stat = statSync(directory);
    const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
    return ((stat.mode >> shift) & 1) === 0;
  });
}

function ownerOf(path: string): ServerUser | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined || stat.uid === 0 ? undefined : { uid: stat.uid, gid: stat.gid };
}

function userNamed(name: string): ServerUser | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function makeUser(): ServerUser {
  for (const [command, ...args] of MAKE) {
    try {
      execFileSync(command, args, { stdio: 'ignore' });
    } catch {
      continue;
    }
    const user = userNamed(NAME);
    if (user) return user;
  }
  throw new Error(
    `PostgreSQL does not run as root, and there is neither a user "${NAME}" nor a useradd that makes one; ` +
      'make that user, start Valetkey as an ordinary user, or set DATABASE_URL',
  );
}

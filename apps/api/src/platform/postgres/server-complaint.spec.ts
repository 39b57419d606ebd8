import { describe, expect, it } from '@jest/globals';
import { complaintIn } from './server-complaint.js';

const FULL = `selecting default time zone ... Etc/UTC
running bootstrap script ... 2026-11-29 18:28:06.587 UTC [16937] FATAL:  could not write to file "pg_wal/xlogtemp.16937": No space left on device
child process exited with exit code 1
initdb: removing contents of data directory "/srv/data/postgres"`;

const OLDER = `2026-11-29 18:28:06.587 UTC [7] FATAL:  database files are incompatible with server
2026-11-29 18:28:06.587 UTC [7] DETAIL:  The data directory was initialized by PostgreSQL version 17, which is not compatible with this version 18.4.
`;

const FOREIGN = `2026-11-29 18:28:06.587 UTC [7] FATAL:  data directory "/srv/data/postgres" has wrong ownership
2026-11-29 18:28:06.587 UTC [7] HINT:  The server must be started by the user that owns the data directory.`;

const PANIC = `2026-11-29 18:28:06.587 UTC [7] LOG:  redo starts at 0/1748C40
2026-11-29 18:28:06.587 UTC [7] PANIC:  could not locate a valid checkpoint record at 0/1748C40
2026-11-29 18:28:06.700 UTC [6] LOG:  startup process (PID 7) was terminated by signal 6: Aborted`;

const NO_USER = `initdb: error: could not look up effective user ID 4711: user does not exist`;

describe('what PostgreSQL complains of', () => {
  it.each([
    [
      'a full disk',
      FULL,
      /^could not write to file "pg_wal\/xlogtemp.16937": No space left on device; free /,
    ],
    [
      'files of another version',
      OLDER,
      /^database files are incompatible with server; The data.*18\.4\.; run /,
    ],
    ['files of another user', FOREIGN, /^data directory .* has wrong ownership; start Valetkey as the user/],
    ['files that are damaged', PANIC, /^could not locate a valid checkpoint record at 0\/1748C40$/],
    ['a user without a name', NO_USER, /^could not look up effective user ID 4711: user does not exist$/],
    ['something that it does not call an error', 'starting\nStopped.\n', /^Stopped\.$/],
    ['nothing', '\n', /^no reason given$/],
  ])('is told in one line with what to do: %s', (_name, output, words) => {
    const told = complaintIn(output);
    expect(told).toMatch(words);
    expect(told).not.toContain('\n');
  });
});

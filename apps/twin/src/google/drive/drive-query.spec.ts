import type { DriveFile } from './drive-files.js';
import { driveQuery } from './drive-query.js';

const file = (name: string, mimeType: string, trashed = false) =>
  ({ name, mimeType, trashed, parents: ['root'], content: '' }) as unknown as DriveFile;

const files = [file('plan', 'text/plain'), file('sum', 'text/csv'), file('plan', 'text/csv', true)];

const found = (q: string) => files.map((_, at) => at).filter((at) => driveQuery(q)(files[at] as DriveFile));

describe('a Drive query', () => {
  it.each([
    ["name contains 'pl'", [0, 2]],
    ["trashed = false and (name = 'sum' or mimeType = 'text/plain')", [0, 1]],
    ["(trashed = false) and ((name = 'plan'))", [0]],
    ["name = 'sum' or name = 'plan' and trashed = true", [1, 2]],
    ["not (name = 'plan' and trashed = true)", [0, 1]],
    ["not name = 'plan'", [1]],
    ["'root' in parents and name = 'sum'", [1]],
  ])('%s', (q, wanted) => {
    expect(found(q)).toEqual(wanted);
  });

  it.each(['(name = 1', "name = 'a')", "(name = 'a'", "name = 'a' and", 'nonsense', '()'])(
    'refuses %s',
    (q) => {
      expect(() => driveQuery(q)).toThrow();
    },
  );
});

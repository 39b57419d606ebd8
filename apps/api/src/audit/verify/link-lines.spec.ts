import { hasDoubledMember } from './link-lines.js';
import { verifyLog } from './verify-log.js';
import { TrustedKeys } from '@valetkey/audit-log';

describe('a line of an export', () => {
  it.each([
    ['{"a":1,"a":1}'],
    ['{"a":1,"\\u0061":2}'],
    ['{"b":{"a":1,"c":{},"a":[]}}'],
    ['{"b":[{"a":1},{"a":1,"a":2}]}'],
    ['{ "a" : "}" , "b" : 2, "a" : 3 }'],
  ])('is refused when it names a member twice: %s', (line) => expect(hasDoubledMember(line)).toBe(true));

  it.each([
    ['{"a":1,"b":1}'],
    ['{"a":{"a":{"a":1}}}'],
    ['{"a":["a","a"],"b":"\\"a\\":1"}'],
    ['[{"a":1},{"a":1}]'],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}'],
  ])('is taken when it only looks so: %s', (line) => expect(hasDoubledMember(line)).toBe(false));
});

it('is no log when there is no event in it', async () => {
  async function* nothing() {
    yield new Uint8Array();
    yield Buffer.from('\n\n');
  }
  const log = {
    bytes: nothing(),
    format: 'json' as const,
    checkpoints: [],
    keys: new TrustedKeys([]),
    threads: 0,
  };
  expect((await verifyLog(log)).bad).toMatchObject({ seq: 1, why: expect.stringContaining('no event') });
});

import { describe, expect, it } from '@jest/globals';
import { encodingsOf } from './content-encoding.js';

describe('what a body has to be opened with', () => {
  it.each([
    [undefined, 0],
    ['identity', 0],
    ['none', 0],
    ['UTF-8', 0],
    ['binary', 0],
    ['', 0],
    [' GZIP ', 1],
    ['gzip, br', 2],
    ['deflate, identity', 1],
  ])('follows from %s', (header, count) => expect(encodingsOf(header)).toHaveLength(count));

  it.each(['zstd', 'compress', 'constructor', '__proto__', 'gzip, zstd', 'gzip,'.repeat(1501)])(
    'is not known for %s',
    (header) => expect(encodingsOf(header)).toBeUndefined(),
  );
});

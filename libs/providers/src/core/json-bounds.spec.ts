import { describe, expect, it } from '@jest/globals';
import { jsonExcess } from './json-bounds.js';

const BOUNDS = { depth: 3, members: 5 };
const judge = (text: string) => jsonExcess(Buffer.from(text), BOUNDS);

describe('the bounds of JSON', () => {
  it.each([
    ['nothing', ''],
    ['three levels', '[[[]]]'],
    ['five items', '[1,2,3,4,5]'],
    ['five members', '{"a":1,"b":{"c":1,"d":{}},"e":[ ]}'],
    ['brackets in a string', '["[[[[[[","{{{{{,,,,,,,,,,"]'],
    ['escaped quotes', '["\\"[[[[","\\\\","\\\\\\"[[[[,,,,,,"]'],
    ['a long string', `["${'a'.repeat(10_000)}${'\\"[,'.repeat(1000)}${'b'.repeat(10_000)}"]`],
    ['a string without an end', '["abc'],
    ['an escape at the end', '["abc\\'],
    ['other characters', '["ü日本🎉[[[["]'],
  ])('let %s pass', (_, text) => expect(judge(text)).toBeUndefined());

  it.each([
    ['depth', 'four levels', '[[[[]]]]'],
    ['depth', 'four levels after a string', '["\\\\",[[[1]]]]'],
    ['depth', 'brackets without an end', '['.repeat(100_000)],
    ['depth', 'objects in lists', '[{"a":[{"b":1}]}]'],
    ['members', 'six items', '[1,2,3,4,5,6]'],
    ['members', 'six members on two levels', '{"a":1,"b":{"c":1,"d":2},"e":[5]}'],
    ['members', 'empty objects', '[{},{},{},{},{},{}]'],
    ['members', 'commas that are no JSON', ',,,,,,'],
    ['members', 'items after a long string', `["${'a'.repeat(1000)}",2,3,4,5,6]`],
    ['members', 'bytes outside of strings', ' '.repeat(17 * 1024 * 1024)],
  ])('are passed in %s by %s', (excess, _, text) => expect(judge(text)).toBe(excess));
});

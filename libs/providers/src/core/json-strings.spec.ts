import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { JsonStringReplacer } from './json-strings.js';

const replacer = () =>
  new JsonStringReplacer({
    isWanted: (member) => member === 'link',
    isWantedInside: (member) => member === 'links',
    replace: (value) => (value === 'secret' ? null : value.replace('old', 'new')),
  });

/** The output for a text that is cut into pieces of `size` bytes. */
const replaced = (text: string, size: number) => {
  const [bytes, one] = [Buffer.from(text), replacer()];
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(one.write(bytes.subarray(at, at + size)));
  return Buffer.concat([...pieces, one.end()]).toString();
};

describe('strings of a JSON text', () => {
  it.each([
    ['a member', '{"link":"old"}', '{"link":"new"}'],
    ['one that is nested', '[{"a":[{"link" : "old"}]}]', '[{"a":[{"link" : "new"}]}]'],
    [
      'one in an object of them',
      '{"links":{"a/b":"old","c":{"d":"old"}},"e":"old"}',
      '{"links":{"a/b":"new","c":{"d":"new"}},"e":"old"}',
    ],
    ['one whose name is escaped', '{"l\\u0069nk":"old"}', '{"l\\u0069nk":"new"}'],
    ['one whose value is escaped', '{"link":"\\u006fld"}', '{"link":"new"}'],
    ['one that becomes null', '{"link":"secret","b":1}', '{"link":null,"b":1}'],
    [
      'one that is too long to be an address',
      `{"link":"${'x'.repeat(20_000)}","b":1}`,
      '{"link":null,"b":1}',
    ],
    ['one that stays as it was written', '{"link":"\\u0061 \\/"}', '{"link":"\\u0061 \\/"}'],
    ['a value that looks like a name', '{"a":"link","b":"old"}', '{"a":"link","b":"old"}'],
    ['an item that looks like a name', '["link","old"]', '["link","old"]'],
    ['text that holds JSON', '{"a":"{\\"link\\":\\"old\\"}"}', '{"a":"{\\"link\\":\\"old\\"}"}'],
    [
      'numbers that JavaScript cannot hold',
      '{"link":9007199254740993123,"b": 1.10}',
      '{"link":9007199254740993123,"b": 1.10}',
    ],
    [
      'a member after one that is no string',
      '{"link":{"a":"old"},"b":"old"}',
      '{"link":{"a":"old"},"b":"old"}',
    ],
    ['characters outside of ASCII', '{"ü😀":"old","link":"old ü😀"}', '{"ü😀":"old","link":"new ü😀"}'],
    ['no JSON at all', '<a href="old">link</a>: "old', '<a href="old">link</a>: "old'],
  ])('%s', (_, text, expected) => {
    for (const size of [1, 2, 7, 1_000_000]) expect(replaced(text, size)).toBe(expected);
  });

  it('gives out nothing of what was replaced before it is settled', async () => {
    const order: string[] = [];
    const stream = new JsonStringReplacer({
      isWanted: () => true,
      isWantedInside: () => false,
      replace: () => {
        order.push('replaced');
        return 'new';
      },
      settled: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('settled');
      },
    }).stream();
    stream.on('data', () => order.push('given'));
    const whole = buffer(Readable.from([Buffer.from('{"a":"old"}')]).pipe(stream));
    expect((await whole).toString()).toBe('{"a":"new"}');
    expect(order.slice(0, 3)).toEqual(['replaced', 'settled', 'given']);
  });

  it('takes no longer over a piece the more have come, whatever the nesting or the quotes', () => {
    const hostile = [
      '['.repeat(4_000_000),
      `{"links":${'{"links":'.repeat(400_000)}`,
      '"'.repeat(4_000_000),
      `"${'\\"'.repeat(2_000_000)}`,
      `{"link":"${'x'.repeat(4_000_000)}`,
    ];
    for (const text of hostile) {
      const one = replacer();
      const took = [];
      for (let at = 0; at < text.length; at += 65_536) {
        const before = process.cpuUsage();
        one.write(Buffer.from(text.slice(at, at + 65_536)));
        took.push(process.cpuUsage(before).user / 1000);
      }
      expect(took.sort((a, b) => a - b)[Math.floor(took.length / 2)]).toBeLessThan(100);
    }
  });
});

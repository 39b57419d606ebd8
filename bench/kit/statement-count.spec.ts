import { expect, it } from '@jest/globals';
import { messageReader } from './statement-count.js';

const message = (type: string, body: string) => {
  const bytes = Buffer.alloc(5 + body.length);
  bytes.write(type, 0);
  bytes.writeInt32BE(4 + body.length, 1);
  bytes.write(body, 5);
  return bytes;
};
const startup = Buffer.concat([Buffer.from([0, 0, 0, 12, 0, 3, 0, 0]), Buffer.from('user')]);

it.each([1, 2, 3, 7, 1000])('finds the messages of a stream that comes in pieces of %i bytes', (size) => {
  const stream = Buffer.concat([
    startup,
    message('p', 'password'),
    message('Q', 'BEGIN'),
    message('P', 'select QE'),
    message('E', ''),
    message('S', ''),
  ]);
  const types: string[] = [];
  const read = messageReader((type) => types.push(String.fromCharCode(type)));
  for (let from = 0; from < stream.length; from += size) read(stream.subarray(from, from + size));
  expect(types.join('')).toBe('pQPES');
});

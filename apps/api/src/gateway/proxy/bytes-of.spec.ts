import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { bytesOf } from './bytes-of.js';

describe('the bytes of a stream', () => {
  it('are all of them, in one piece', async () => {
    const stream = Readable.from([Buffer.from('ab'), Buffer.from(''), Buffer.from('c')]);
    expect((await bytesOf(stream)).toString()).toBe('abc');
  });

  it('are none of an empty one', async () => {
    expect(await bytesOf(Readable.from([]))).toEqual(Buffer.alloc(0));
  });

  it.each([
    ['fails', (stream: Readable) => stream.destroy(new Error('broken')), 'broken'],
    ['is closed before its end', (stream: Readable) => stream.destroy(), 'closed before its end'],
  ])('are an error of a stream that %s, at once and afterwards', async (_, end, message) => {
    const stream = new Readable({ read: () => undefined });
    stream.push('half of it');
    const bytes = bytesOf(stream);
    end(stream);
    await expect(bytes).rejects.toThrow(message);
    await expect(bytesOf(stream)).rejects.toThrow(message);
  });
});

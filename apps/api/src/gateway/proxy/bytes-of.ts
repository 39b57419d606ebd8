import type { Readable } from 'node:stream';

/**
 * All that a stream gives, in one piece. `buffer` of `node:stream/consumers` does the same by way of a Blob, which costs
 * more than the rest of a small answer.
 * @throws Error what the stream fails with, also when it ends before its time
 */
export function bytesOf(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const cut = () => reject(stream.errored ?? new Error('the stream was closed before its end'));
    if (stream.destroyed) return cut();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('error', reject);
    stream.once('end', () => {
      stream.off('close', cut);
      resolve(Buffer.concat(chunks));
    });
    stream.once('close', cut);
  });
}

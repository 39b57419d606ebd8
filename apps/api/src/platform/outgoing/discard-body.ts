import type { Readable } from 'node:stream';

/** A body that came from a server of others, as undici, Node or `fetch` gives it. */
type Body = Readable | ReadableStream<Uint8Array>;

/**
 * Drops a body that nobody will read, and frees its connection. The only way to do so: a body that is destroyed before its
 * end fails, and a stream that fails while nobody listens ends the process.
 */
export function discardBody(body: Body | null): void {
  if (body === null) return;
  if ('cancel' in body) {
    // A locked or failed one cannot be canceled; there is nothing left to free then.
    // eslint-disable-next-line no-restricted-syntax -- this is the one way to drop a body
    body.cancel().catch(() => undefined);
    return;
  }
  // eslint-disable-next-line no-restricted-syntax -- this is the one way to drop a body
  surviveFailure(body).destroy();
}

/**
 * Lets a body fail at a time when nobody listens yet, or no more: its connection may break before its reader has come.
 * Readers that come later still learn of it, from the stream's own state.
 */
export function surviveFailure<Stream extends Readable>(stream: Stream): Stream {
  return stream.on('error', () => undefined);
}

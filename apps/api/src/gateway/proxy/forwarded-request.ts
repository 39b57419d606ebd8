import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import type { BaseUrlName, PeekedBody } from '@valetkey/providers';
import type { Principal } from '../../policies/index.js';
import { Problem, surviveFailure, type RequestTrace } from '../../platform/index.js';
import { bytesOf } from './bytes-of.js';
import type { CheckedRequest } from '../action-run.js';
import type { ProxiedBody } from './proxied-bodies.js';

/** A run under way, for the proxy that sends it. */
export interface HeldSending {
  readonly request: CheckedRequest;
  readonly effectId: string;
  /** Called when it fails. @param mayHaveHappened false is a promise: it was not sent, or was refused */
  readonly onFailure: (mayHaveHappened: boolean) => void;
}

/** One request for a provider's own API. */
export interface ForwardRequest {
  readonly principal: Principal;
  readonly userId: string;
  readonly provider: string;
  readonly connectionId: string | undefined;
  readonly method: string;
  /** `undefined`: the path decides. */
  readonly base: BaseUrlName | undefined;
  /** Path and query below the provider, in their original encoding. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: ProxiedBody | undefined;
  readonly trace: RequestTrace | undefined;
  /** It has waited for a person, who agreed or need not any more. */
  readonly held?: HeldSending | undefined;
}

/** A body up to this size is buffered, so that it can be sent again after a 401. */
const HELD_BYTES = 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;

export type SendableBody =
  | { readonly held: Buffer }
  | {
      readonly once: Readable;
      readonly length?: number;
      /** Of the whole body; `undefined` until all of it has passed. */
      readonly digest: () => string | undefined;
    };

/**
 * The body, or the beginning of a long one. It is put back: all of it is sent afterwards.
 * @throws Error when the body breaks off
 */
export async function peek(body: ProxiedBody | undefined): Promise<PeekedBody | undefined> {
  if (!body) return undefined;
  const { stream } = body;
  const chunks: Buffer[] = [];
  let size = 0;
  while (size <= HELD_BYTES) {
    const chunk = stream.read() as Buffer | null;
    if (chunk) size += chunks[chunks.push(chunk) - 1]?.length ?? 0;
    else if (!(await goesOn(stream))) return { bytes: Buffer.concat(chunks), isWhole: true };
  }
  const bytes = Buffer.concat(chunks);
  stream.unshift(bytes);
  return { bytes, isWhole: false };
}

/** Waits for more data of a stream. */
function goesOn(stream: Readable): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (stream.readableEnded) return resolve(false);
    if (stream.destroyed) return reject(cut(stream));
    const on = {
      readable: () => settle(() => resolve(true)),
      end: () => settle(() => resolve(false)),
      error: (error: Error) => settle(() => reject(error)),
      close: () => settle(() => reject(cut(stream))),
    };
    const settle = (then: () => void) => {
      for (const [event, listener] of Object.entries(on)) stream.off(event, listener);
      then();
    };
    for (const [event, listener] of Object.entries(on)) stream.on(event, listener);
  });
}

const cut = (stream: Readable): Error => stream.errored ?? new Error('the body was closed before its end');

/** @throws Problem 413 `payload_too_large` */
export async function sendable(
  body: ProxiedBody | undefined,
  seen?: PeekedBody,
): Promise<SendableBody | undefined> {
  if (!body) return undefined;
  if (seen?.isWhole) return { held: Buffer.from(seen.bytes) };
  const { stream, length } = body;
  if ((length ?? 0) > MAX_BYTES) throw new Problem('payload_too_large.forwarded', { bytes: MAX_BYTES });
  if (length !== undefined && length <= HELD_BYTES) return { held: await bytesOf(stream) };
  return { ...apart(stream), ...(length === undefined ? {} : { length }) };
}

/**
 * A copy of the stream that its sender may destroy, with a digest once all has passed: the rest of the caller's body
 * must still be read.
 */
function apart(stream: Readable): { once: Readable; digest: () => string | undefined } {
  const hash = createHash('sha256');
  let digest: string | undefined;
  const copy = surviveFailure(
    new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
      flush: (done) => {
        digest = hash.digest('hex');
        done();
      },
    }),
  );
  stream.once('error', (error) => copy.destroy(error));
  stream.once('close', () => {
    if (!stream.readableEnded) copy.destroy();
  });
  return { once: stream.pipe(copy), digest: () => digest };
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/**
 * The digests of a write's query and body for the audit log, so that their content can be proven later and not read:
 * SHA-256, in hexadecimal. The query is hashed as it was sent, without its question mark. A streamed body has no digest
 * before all of it has passed.
 */
export function digestsOf(url: URL, body: SendableBody | undefined): Readonly<Record<string, string>> {
  const bodySha256 = body && ('held' in body ? sha256(body.held) : body.digest());
  return {
    ...(url.search === '' ? {} : { querySha256: sha256(url.search.slice(1)) }),
    ...(bodySha256 === undefined ? {} : { bodySha256 }),
  };
}

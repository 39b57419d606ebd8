import { PassThrough, type Readable } from 'node:stream';
import type { BaseUrlName } from '@valetkey/providers';
import type { Principal } from '../policies/index.js';
import { Problem, surviveFailure, type RequestTrace } from '../platform/index.js';
import { bytesOf } from './bytes-of.js';
import type { ProxiedBody } from './proxied-bodies.js';

/** One request for a provider's own API. */
export interface ForwardRequest {
  readonly principal: Principal;
  readonly userId: string;
  readonly provider: string;
  readonly connectionId: string | undefined;
  readonly method: string;
  readonly base: BaseUrlName;
  /** Path and query below the provider, encoded as they came. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: ProxiedBody | undefined;
  readonly trace: RequestTrace;
}

/** A body that is small enough is held, so that it can be sent again after a 401. */
const HELD_BYTES = 1024 * 1024;
const MAX_BYTES = 256 * 1024 * 1024;

export type SendableBody = { readonly held: Buffer } | { readonly once: Readable; readonly length?: number };

/** @throws Problem 413 `payload_too_large` */
export async function sendable(body: ProxiedBody | undefined): Promise<SendableBody | undefined> {
  if (!body) return undefined;
  const { stream, length } = body;
  if ((length ?? 0) > MAX_BYTES)
    throw new Problem(413, 'payload_too_large', `A forwarded body may have ${MAX_BYTES} bytes at most.`);
  if (length !== undefined && length <= HELD_BYTES) return { held: await bytesOf(stream) };
  return { once: apart(stream), ...(length === undefined ? {} : { length }) };
}

/** The same bytes in a stream that its sender may destroy: what is left of the request's own has still to be let in. */
function apart(stream: Readable): Readable {
  const copy = surviveFailure(new PassThrough());
  stream.once('error', (error) => copy.destroy(error));
  stream.once('close', () => {
    if (!stream.readableEnded) copy.destroy();
  });
  return stream.pipe(copy);
}

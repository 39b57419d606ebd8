import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { findProvider, forwardedHeaders, type Action, type Effect, type Provider } from '@valetkey/providers';
import { z } from 'zod';
import type { ForwardRequest } from './forwarded-request.js';

/** Longest body of a request that waits for a person. */
export const MOST_HELD_BYTES = 128 * 1024;

/** A request of the proxy as a person is shown it, and as it is sent then: its approval is bound to all of it. */
export const heldRequest = z.strictObject({
  method: z.string().max(10),
  base: z.enum(['apiBaseUrl', 'uploadBaseUrl', 'contentBaseUrl']).optional(),
  target: z.string().max(16_384).describe('Path and query, as they were sent.'),
  headers: z.record(z.string(), z.string()).describe('Those that go on to the provider.'),
  contentType: z.string().optional(),
  body: z.string().optional(),
  encoding: z.enum(['utf8', 'base64']).optional().describe('Of the body.'),
});
export type HeldRequest = z.output<typeof heldRequest>;

/** The parts of a request that waits; a body that is no text is kept as base64. */
export function toHeld(
  { method, base, target, headers, body }: ForwardRequest,
  provider: Provider,
  bytes: Uint8Array | undefined,
): HeldRequest {
  return {
    method: method.toUpperCase(),
    ...(base === undefined ? {} : { base }),
    target,
    headers: forwardedHeaders(provider, headers),
    ...(body?.contentType === undefined ? {} : { contentType: body.contentType }),
    ...(bytes === undefined ? {} : textOf(Buffer.from(bytes))),
  };
}

/** The body as it is sent, byte for byte. */
export function heldBody({ body, encoding = 'utf8', contentType }: HeldRequest): ForwardRequest['body'] {
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, encoding);
  return { stream: Readable.from([bytes], { objectMode: false }), contentType, length: bytes.length };
}

/** Bytes as JSON can carry them; the database takes no text with NUL. */
export function textOf(bytes: Buffer): { readonly body: string; readonly encoding: 'utf8' | 'base64' } {
  const encoding = isUtf8(bytes) && !bytes.includes(0) ? 'utf8' : 'base64';
  return { body: bytes.toString(encoding), encoding };
}

const PROXIED = /^(.+)\.proxy$/;

/** The provider of the requests that an id such as `github.proxy` stands for. */
export function proxiedProvider(actionId: string): Provider | undefined {
  const id = PROXIED.exec(actionId)?.[1];
  return id === undefined ? undefined : findProvider(id);
}

/** The action that a request of the proxy stands for while it waits. It runs by the proxy alone. */
export function proxyAction({ id: provider, displayName }: Provider, effect: Effect): Action {
  return {
    id: `${provider}.proxy`,
    provider,
    name: 'proxy',
    title: `Send a request to ${displayName}`,
    summary: "A request to the provider's own API.",
    effect,
    idempotency: 'none',
    scopes: [],
    recoverScopes: [],
    settleMs: 0,
    groups: [],
    input: heldRequest,
    output: z.unknown(),
    run: () => Promise.reject(new Error('a request of the proxy is sent by the proxy')),
  };
}

/** A request in plain words. */
export function previewOfHeld(provider: Provider, input: unknown): string {
  const parsed = heldRequest.safeParse(input);
  if (!parsed.success) return `Send a request to ${provider.displayName}.`;
  const { method, target, body, encoding = 'utf8', contentType } = parsed.data;
  const size = body === undefined ? 0 : Buffer.byteLength(body, encoding);
  const sent = body === undefined ? '' : ` with a body of ${size} bytes (${contentType ?? 'of no type'})`;
  return `Send ${method} ${target} to ${provider.displayName}${sent}.`;
}

import type { WebhookEvent } from '../api-types.js';
import { SignatureError } from '../errors.js';

/** A message as it came. */
export interface WebhookMessage {
  /** A request's headers; names in lower case where it is a plain object. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The body as it came, before anything has parsed it. */
  readonly body: string | Uint8Array<ArrayBuffer> | ArrayBuffer;
}

export interface VerifyOptions {
  /** `whsec_…`, or the public key `whpk_…`. Several while a secret is changed over. */
  readonly key: string | readonly string[];
  /** Seconds that the message's time may be off. Default: 300. */
  readonly toleranceSeconds?: number;
  /** Milliseconds since 1970. Default: the clock. */
  readonly now?: number;
}

const TOLERANCE_SECONDS = 300;
/** Two for each secret; more than a few secrets sign never. */
const MOST_SIGNATURES = 50;

/**
 * Reads a message of Valetkey and makes sure that it is one (Standard Webhooks 1.0, signatures `v1` and `v1a`).
 * The same message may come twice: keep the header `webhook-id`.
 * @throws SignatureError when it is not signed by one of the keys, or too old; TypeError for a key that is none
 */
export async function verifyWebhook(message: WebhookMessage, options: VerifyOptions): Promise<WebhookEvent> {
  const { key, toleranceSeconds = TOLERANCE_SECONDS, now = Date.now() } = options;
  const keys = await Promise.all([key].flat().map(importedKey));
  const id = header(message, 'webhook-id');
  const timestamp = header(message, 'webhook-timestamp');
  const signatures = header(message, 'webhook-signature').split(' ', MOST_SIGNATURES);
  if (!/^\d{1,12}$/.test(timestamp)) throw new SignatureError('webhook-timestamp is no time.');
  if (Math.abs(now / 1_000 - Number(timestamp)) > toleranceSeconds)
    throw new SignatureError('The message is too old, or a clock is wrong.');
  const body = bytesOf(message.body);
  const signed = concatenated(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  for (const signature of signatures)
    for (const one of keys) if (await isSigned(one, signature, signed)) return parsed(body);
  throw new SignatureError('The message is not signed by this key.');
}

interface ImportedKey {
  readonly version: 'v1' | 'v1a';
  readonly key: CryptoKey;
  readonly algorithm: 'HMAC' | 'Ed25519';
}

async function importedKey(text: string): Promise<ImportedKey> {
  const [, kind, base64 = ''] = /^(whsec|whpk)_(.+)$/.exec(text) ?? [];
  const bytes = fromBase64(base64);
  if (!kind || !bytes || bytes.length === 0) throw new TypeError('key: must be whsec_… or whpk_…');
  const isSecret = kind === 'whsec';
  const algorithm = isSecret ? ({ name: 'HMAC', hash: 'SHA-256' } as const) : ({ name: 'Ed25519' } as const);
  const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
  return { version: isSecret ? 'v1' : 'v1a', key, algorithm: algorithm.name };
}

/** Compared by the platform, in constant time. */
async function isSigned(
  { version, key, algorithm }: ImportedKey,
  signature: string,
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (!signature.startsWith(`${version},`)) return false;
  const bytes = fromBase64(signature.slice(version.length + 1));
  return bytes !== undefined && crypto.subtle.verify(algorithm, key, bytes, signed);
}

function header({ headers }: WebhookMessage, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value !== 'string' || value === '') throw new SignatureError(`The header ${name} is missing.`);
  return value;
}

function bytesOf(body: WebhookMessage['body']): Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  return body instanceof ArrayBuffer ? new Uint8Array(body) : body;
}

function concatenated(
  first: Uint8Array<ArrayBuffer>,
  second: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function parsed(body: Uint8Array<ArrayBuffer>): WebhookEvent {
  return JSON.parse(new TextDecoder().decode(body)) as WebhookEvent;
}

import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ProviderName } from '../provider-name.js';
import { hashSecret } from '../randomness.js';
import type { World } from '../world.js';
import { formOf } from './request-form.js';
import type { OAuthClient } from './records.js';

/** Client credentials as they came with a request. */
export interface ClientCredentials {
  id?: string;
  secret?: string;
}

/** Reads credentials from HTTP Basic, else from the form. */
export function readClientCredentials(request: FastifyRequest): ClientCredentials {
  const header = request.headers.authorization;
  if (header?.toLowerCase().startsWith('basic ')) {
    const text = Buffer.from(header.slice(6).trim(), 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 0) return { id: decode(text) };
    return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
  }
  const form = formOf(request);
  return { id: form.client_id, secret: form.client_secret };
}

/** The registered client, if it exists at that provider. */
export function findClient(
  world: World,
  provider: ProviderName,
  id: string | undefined,
): OAuthClient | undefined {
  const client = id ? world.state.clients.get(id) : undefined;
  return client?.provider === provider ? client : undefined;
}

/** Whether the secret is the client's. */
export function secretFits(client: OAuthClient, secret: string | undefined): boolean {
  if (!secret) return false;
  return timingSafeEqual(Buffer.from(hashSecret(secret)), Buffer.from(client.secretHash));
}

/** Registered for a client that may use any loopback address and port, as native apps do (RFC 8252, section 7.3). */
export const ANY_LOOPBACK = 'loopback';

/** Whether the redirect URI is registered: an exact string match, but for clients registered with `loopback`. */
export function acceptsRedirectUri(client: OAuthClient, uri: string | undefined): boolean {
  if (uri === undefined) return false;
  return (
    (uri !== ANY_LOOPBACK && client.redirectUris.includes(uri)) ||
    (client.redirectUris.includes(ANY_LOOPBACK) && isLoopback(uri))
  );
}

function isLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

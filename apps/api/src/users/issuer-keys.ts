import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { fetch as undiciFetch, type Agent } from 'undici';
import { isLoopbackHost, Outgoing } from '../platform/index.js';

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 512 * 1024;

/** The keys of the issuers of user tokens, asked for like everything outside: at addresses that are judged, no redirects. */
@Injectable()
export class IssuerKeys implements OnApplicationShutdown {
  private readonly pool: Agent;

  constructor(outgoing: Outgoing) {
    this.pool = outgoing.agent({
      connections: 4,
      maxResponseSize: MAX_ANSWER_BYTES,
      connectMs: TIMEOUT_MS,
    });
  }

  /** An issuer's keys: from `jwksUri`, else from what its discovery document names (OIDC Discovery 1.0, section 4). */
  of(issuer: string, jwksUri: string | undefined): () => Promise<JWTVerifyGetKey> {
    let keys: Promise<JWTVerifyGetKey> | undefined;
    return () => {
      keys ??= (jwksUri ? Promise.resolve(jwksUri) : this.discover(issuer)).then((uri) => {
        const remote = createRemoteJWKSet(new URL(uri), {
          timeoutDuration: TIMEOUT_MS,
          [customFetch]: (url, init) => this.fetch(url, init),
        });
        return async (header, token) => {
          try {
            return await remote(header, token);
          } catch (error) {
            // Where no key was ever read the document may have been wrong; read ones outlast an outage.
            if (remote.jwks() === undefined) keys = undefined;
            throw error;
          }
        };
      });
      keys.catch(() => (keys = undefined));
      return keys;
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.destroy();
  }

  private async discover(issuer: string): Promise<string> {
    const response = await this.fetch(`${bare(issuer)}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const document = (await response.json()) as { issuer?: unknown; jwks_uri?: unknown };
    // Section 4.3: a document of somebody else's is not believed.
    if (typeof document.issuer !== 'string' || bare(document.issuer) !== bare(issuer))
      throw new Error('the discovery document is of another issuer');
    if (typeof document.jwks_uri !== 'string' || !isAcceptable(document.jwks_uri, issuer))
      throw new Error('the issuer names no jwks_uri that keys can be believed from');
    return document.jwks_uri;
  }

  private async fetch(url: string, init: object): Promise<Response> {
    const answer = await undiciFetch(url, { ...init, redirect: 'manual', dispatcher: this.pool });
    return answer as unknown as Response;
  }
}

const bare = (issuer: string) => issuer.replace(/\/$/, '');

/** Keys come over https; in the clear from this machine only, and only of an issuer that is here. */
function isAcceptable(uri: string, issuer: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname } = new URL(uri);
  const isHere = isLoopbackHost(hostname);
  if (isHere && !isLoopbackHost(new URL(issuer).hostname)) return false;
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}

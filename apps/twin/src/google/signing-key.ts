import { createHash } from 'node:crypto';
import type { JWK, JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import type { World } from '../world.js';

/** A new RS256 key for id tokens. */
export async function generateSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = createHash('sha256').update(String(jwk.n)).digest('hex').slice(0, 40);
  return { ...jwk, kid, alg: 'RS256', use: 'sig' };
}

/** The public half, as the JWKS shows it. */
export function publicKey({ state }: World): JWK {
  const { kty, n, e, kid, alg, use } = state.signingKey;
  return { kty, n, e, kid, alg, use };
}

/** Signs the claims of an id token. */
export async function signIdToken(world: World, claims: JWTPayload): Promise<string> {
  const key = await importJWK(world.state.signingKey, 'RS256');
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: world.state.signingKey.kid, typ: 'JWT' })
    .sign(key);
}

/** Left half of the SHA-256, base64url: the `at_hash` claim. */
export function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url');
}

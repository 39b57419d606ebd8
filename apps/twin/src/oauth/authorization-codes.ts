import { hashSecret } from '../randomness.js';
import type { World } from '../world.js';
import { verifierFits } from './pkce.js';
import { endTokens } from './tokens.js';
import type { AuthorizationCode, OAuthClient } from './records.js';

/** Why a code was not accepted. */
export type CodeProblem =
  | 'unknown'
  | 'expired'
  | 'used'
  | 'other_client'
  | 'redirect_uri_mismatch'
  | 'verifier_missing'
  | 'verifier_wrong'
  | 'verifier_unexpected';

/** The parameters of the token request. */
export interface CodeProof {
  code?: string;
  redirectUri?: string;
  verifier?: string;
}

/**
 * Issues a code.
 * @returns its value
 */
export function issueCode(
  world: World,
  prefix: string,
  code: Omit<AuthorizationCode, 'hash' | 'expiresAt'>,
  lifetimeS = 600,
): string {
  const value = world.secret(prefix);
  const hash = hashSecret(value);
  world.state.codes.set(hash, { ...code, hash, expiresAt: world.now() + lifetimeS * 1000 });
  world.changed();
  return value;
}

/** Redeems a code. A second use ends the tokens that it gave when `reuseRevokes` is set. */
export function redeemCode(
  world: World,
  client: OAuthClient,
  proof: CodeProof,
  reuseRevokes: boolean,
): AuthorizationCode | CodeProblem {
  const code = proof.code ? world.state.codes.get(hashSecret(proof.code)) : undefined;
  if (!code) return 'unknown';
  if (code.clientId !== client.id) return 'other_client';
  if (code.usedAt !== undefined) {
    if (reuseRevokes) endTokens(world, (token) => token.familyId === code.familyId, 'revoked');
    return 'used';
  }
  const problem = problemOf(world, code, proof);
  if (problem) return problem;
  code.usedAt = world.now();
  world.changed();
  return code;
}

function problemOf(world: World, code: AuthorizationCode, proof: CodeProof): CodeProblem | undefined {
  if (code.expiresAt <= world.now()) return 'expired';
  const uriOptional = proof.redirectUri === undefined && !code.redirectUriNamed;
  if (!uriOptional && proof.redirectUri !== code.redirectUri) return 'redirect_uri_mismatch';
  if (!code.challenge) return proof.verifier ? 'verifier_unexpected' : undefined;
  if (!proof.verifier) return 'verifier_missing';
  return verifierFits(code.challenge, proof.verifier) ? undefined : 'verifier_wrong';
}

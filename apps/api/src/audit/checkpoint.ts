import { z } from 'zod';
import type { PublicAuditKey, TrustedKeys } from '@valetkey/audit-log';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));

/** A checkpoint as it is anchored and published: one line of JSON that needs nothing else to be checked. */
export const checkpointRecord = z.object({
  seq: z
    .string()
    .regex(/^\d{1,18}$/)
    .describe('Position in the chain.'),
  hash: hex(32).describe('Hash of the event at this position, hex.'),
  at: z.iso.datetime(),
  keyId: z.string(),
  publicKey: z.string().describe('The Ed25519 key that signed, base64url (member `x` of its JWK).'),
  signature: z.string().describe('Ed25519 over the canonical JSON of the other members, base64url.'),
});

export type CheckpointRecord = z.output<typeof checkpointRecord>;

/** Whether a trusted key has signed it. */
export function isSigned({ seq, hash, at, keyId, signature }: CheckpointRecord, keys: TrustedKeys): boolean {
  return keys.signed({ purpose: 'checkpoint', seq, hash, at }, keyId, signature);
}

/** The key that a checkpoint names. Whether it is to be trusted, its place says: who could write there? */
export function keyOf({ keyId, publicKey }: CheckpointRecord): PublicAuditKey {
  return { kty: 'OKP', crv: 'Ed25519', x: publicKey, kid: keyId };
}

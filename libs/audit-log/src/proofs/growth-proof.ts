import type { TrustedKeys } from '../statements/signed.js';
import { verifyConsistency } from '../tree/verify-proofs.js';
import { checkpointOf } from '../verify/signed-heads.js';
import { areHashes, hashesOf } from './event-proof.js';

/** That the tree of one checkpoint is the beginning of that of another. */
export interface GrowthProof {
  /** Signed notes (C2SP tlog-checkpoint), of the smaller and the larger tree. */
  readonly from: string;
  readonly to: string;
  /** RFC 9162, section 2.1.4: in hex, the lowest first. */
  readonly hashes: readonly string[];
}

/** The sizes of the two trees, or the fault of the proof. Without trusted keys no signature is checked. */
export function judgeGrowthProof(
  proof: GrowthProof,
  keys: TrustedKeys,
): { readonly sizes: readonly [number, number] } | { readonly fault: string } {
  const [from, to] = [checkpointOf(proof.from, keys), checkpointOf(proof.to, keys)];
  if (!from || !to) return { fault: 'no trusted key has signed one of its checkpoints' };
  const missing = keys.missingWitness(proof.to);
  if (missing !== undefined) return { fault: `its later checkpoint is not cosigned by ${missing}` };
  if (from.origin !== to.origin) return { fault: 'its checkpoints are of two logs' };
  return verifyConsistency(from, to, hashesOf(proof.hashes))
    ? { sizes: [from.size, to.size] }
    : { fault: `the tree of ${from.size} leaves is not the beginning of that of ${to.size}` };
}

/** @throws RangeError for a text that is no proof between checkpoints */
export function readGrowthProof(parsed: unknown): GrowthProof {
  const proof = parsed as GrowthProof;
  if (typeof proof.from !== 'string' || typeof proof.to !== 'string' || !areHashes(proof.hashes))
    throw new RangeError('it is no proof between two checkpoints');
  return proof;
}

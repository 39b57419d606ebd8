import { keptPart } from '../event/leaf.js';
import { hashedEvent, requireMembers, type EventRecord } from '../formats/rows.js';
import type { TrustedKeys } from '../statements/signed.js';
import { HASH_BYTES, hashLeaf, type Hash } from '../tree/hashes.js';
import { verifyInclusion } from '../tree/verify-proofs.js';
import { personalFault } from '../verify/check-rows.js';
import { checkpointOf } from '../verify/signed-heads.js';

/**
 * An event as a proof shows it: everything in it is hashed. Without `salt` the personal part is withheld or erased, and
 * its digest is there alone.
 */
export type ProvenEvent = Omit<EventRecord, 'seq' | 'hash'>;

/** That an event is in the log, with all that is needed to verify it. */
export interface EventProof {
  readonly event: ProvenEvent;
  /** The text of the leaf: canonical JSON (RFC 8785). */
  readonly leaf: string;
  /** RFC 9162, section 2.1.3: hashes in hex, the lowest first. */
  readonly inclusion: {
    readonly leafIndex: number;
    readonly treeSize: number;
    readonly hashes: readonly string[];
  };
  /** A signed note (C2SP tlog-checkpoint) of the tree. */
  readonly checkpoint: string;
}

/** The text that is hashed as the leaf of an event. */
export function leafText(event: ProvenEvent): string {
  return keptPart(hashedEvent(event), event.personalDigest);
}

/** More hashes than the proof in a tree of 2^53 leaves has. */
const MOST_HASHES = 53;
const HEX = /^[0-9a-f]{64}$/;

/** The fault of a proof; `undefined` when it holds. Without trusted keys the checkpoint's signature is not checked. */
export function faultInEventProof(proof: EventProof, keys: TrustedKeys): string | undefined {
  const { event, leaf, inclusion, checkpoint } = proof;
  if (leafText(event) !== leaf) return 'its leaf is that of another event';
  const fault = personalFault(hashedEvent(event), event.personalDigest);
  if (fault !== undefined) return fault;
  const head = checkpointOf(checkpoint, keys);
  if (!head) return 'no trusted key has signed its checkpoint';
  const missing = keys.missingWitness(checkpoint);
  if (missing !== undefined) return `its checkpoint is not cosigned by ${missing}`;
  if (head.size !== inclusion.treeSize) return `its checkpoint is of ${head.size} leaves`;
  const isIn = verifyInclusion(
    hashLeaf(Buffer.from(leaf)),
    inclusion.leafIndex,
    head,
    hashesOf(inclusion.hashes),
  );
  return isIn ? undefined : 'its hashes do not lead to the root of its checkpoint';
}

/** @throws RangeError for a text that is no proof of an event */
export function readEventProof(parsed: unknown): EventProof {
  const proof = parsed as EventProof;
  const { event, leaf, inclusion, checkpoint } = proof;
  requireMembers(event);
  const isProof =
    typeof leaf === 'string' &&
    typeof checkpoint === 'string' &&
    Number.isSafeInteger(inclusion.leafIndex) &&
    Number.isSafeInteger(inclusion.treeSize) &&
    areHashes(inclusion.hashes);
  if (!isProof) throw new RangeError('it is no proof of an event');
  return proof;
}

export function areHashes(hashes: unknown): hashes is string[] {
  return Array.isArray(hashes) && hashes.length <= MOST_HASHES && hashes.every((hash) => HEX.test(hash));
}

export function hashesOf(hex: readonly string[]): Hash[] {
  return hex.map((hash) => Buffer.from(hash, 'hex').subarray(0, HASH_BYTES));
}

import { hash } from 'node:crypto';

/** SHA-256, 32 bytes. */
export type Hash = Buffer;

export const HASH_BYTES = 32;

const sha256 = (data: Buffer): Hash => hash('sha256', data, 'buffer');

/** The root of a tree without leaves (RFC 9162, section 2.1.1). */
export const EMPTY_ROOT: Hash = sha256(Buffer.alloc(0));

const LEAF = Buffer.from([0x00]);

/** The hash of a leaf: SHA-256 of 0x00 and its data (RFC 9162, section 2.1.1). */
export function hashLeaf(data: Buffer): Hash {
  return sha256(Buffer.concat([LEAF, data]));
}

/** Written anew for each node: hashing is most of the work of a sequencer and of a verifier. */
const pair = Buffer.alloc(1 + 2 * HASH_BYTES);
pair[0] = 0x01;

/** The hash of an inner node: SHA-256 of 0x01 and its children (RFC 9162, section 2.1.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  left.copy(pair, 1);
  right.copy(pair, 1 + HASH_BYTES);
  return sha256(pair);
}

import { sign, verify, type KeyObject } from 'node:crypto';
import type { Hash } from '../tree/hashes.js';
import { signatureLine, type NoteKey, type VerifySignature } from './signed-note.js';

const TIME_BYTES = 8;

const cosigned = (text: string, timeS: bigint) => Buffer.from(`cosignature/v1\ntime ${timeS}\n${text}`);

/**
 * A witness's line under a checkpoint: it has seen, at this second since the epoch, no other tree of this size.
 *
 * https://c2sp.org/tlog-cosignature
 */
export function cosign(text: string, key: NoteKey, privateKey: KeyObject, timeS: number): string {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigUInt64BE(BigInt(timeS));
  return signatureLine(key, Buffer.concat([time, sign(null, cosigned(text, BigInt(timeS)), privateKey)]));
}

export const verifyCosignature: VerifySignature = (text, { publicKey }, signature) => {
  if (signature.length <= TIME_BYTES) return false;
  const timeS = signature.readBigUInt64BE();
  return verify(null, cosigned(text, timeS), publicKey, signature.subarray(TIME_BYTES));
};

/**
 * The body of a witness's `POST …/add-checkpoint`: from which size on it is asked to follow, the proof, and the note.
 *
 * https://c2sp.org/tlog-witness
 */
export function addCheckpointBody(oldSize: number, proof: readonly Hash[], note: string): string {
  const lines = proof.map((hash) => `${hash.toString('base64')}\n`);
  return `old ${oldSize}\n${lines.join('')}\n${note}`;
}

import { hasDoubledMember } from '../formats/rows.js';
import type { TrustedKeys } from '../statements/signed.js';
import { faultInEventProof, readEventProof, type EventProof } from './event-proof.js';
import { judgeGrowthProof, readGrowthProof } from './growth-proof.js';

/** A verdict in a sentence, and whether the proof holds. */
export interface ProofVerdict {
  readonly holds: boolean;
  readonly text: string;
}

/** Verifies a proof as the API gave it: that an event is in the log, or that one tree is the beginning of another. */
export function verifyProof(json: string, keys: TrustedKeys): ProofVerdict {
  const no = (why: string) => ({ holds: false, text: `The proof does not hold: ${why}.` });
  try {
    const parsed = JSON.parse(json) as object;
    // Readers differ in which of two they believe.
    if (hasDoubledMember(json)) return no('a member is there twice');
    if ('hashes' in parsed) {
      const judged = judgeGrowthProof(readGrowthProof(parsed), keys);
      if ('fault' in judged) return no(judged.fault);
      const [from, to] = judged.sizes;
      return { holds: true, text: `Verified: the tree of ${from} leaves is the beginning of that of ${to}.` };
    }
    const proof = readEventProof(parsed);
    const fault = faultInEventProof(proof, keys);
    return fault === undefined ? { holds: true, text: sentenceOf(proof) } : no(fault);
  } catch (error) {
    return no(`it cannot be read (${(error as Error).message})`);
  }
}

function sentenceOf({ event, inclusion }: EventProof): string {
  const { id, type, at, salt } = event;
  const place = `leaf ${inclusion.leafIndex} of ${inclusion.treeSize}`;
  const rest =
    salt === undefined ? ' Its personal part is withheld or erased: only the digest is proven.' : '';
  return `Verified: event ${id}, ${type} of ${at}, is ${place} in the log.${rest}`;
}

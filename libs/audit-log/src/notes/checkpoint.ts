import { HASH_BYTES } from '../tree/hashes.js';
import type { TreeHead } from '../tree/verify-proofs.js';

/** A log's statement about itself: its name, the number of its leaves, and their root hash. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

const SIZE = /^(0|[1-9]\d{0,15})$/;

/**
 * The text of a checkpoint, which is signed as a note.
 *
 * https://c2sp.org/tlog-checkpoint
 */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads a checkpoint's text; lines after the third are extensions. @returns `undefined` when it is none */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin, size, base64] = text.split('\n');
  if (!origin || size === undefined || base64 === undefined || !SIZE.test(size)) return undefined;
  const root = Buffer.from(base64, 'base64');
  if (root.length !== HASH_BYTES || root.toString('base64') !== base64) return undefined;
  return Number.isSafeInteger(Number(size)) ? { origin, size: Number(size), root } : undefined;
}

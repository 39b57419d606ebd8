export type { EventMembers } from './event/event-members.js';
export {
  chainHash,
  GENESIS,
  leafHash,
  personalDigest,
  type ChainedEvent,
  type HashedEvent,
} from './event/leaf.js';
export { checkpointText, parseCheckpoint, type Checkpoint } from './notes/checkpoint.js';
export { addCheckpointBody, cosign, verifyCosignature } from './notes/cosignature.js';
export {
  keyId,
  openNote,
  signNote,
  verifierKey,
  verifyEd25519,
  type NoteKey,
  type OpenedNote,
} from './notes/signed-note.js';
export { CompactRange, type Node } from './tree/compact-range.js';
export { EMPTY_ROOT, HASH_BYTES, hashLeaf, nodeHash, type Hash } from './tree/hashes.js';
export { consistencyProof, inclusionProof, rangeHash, type ReadSubtree } from './tree/proofs.js';
export { verifyConsistency, verifyInclusion, type TreeHead } from './tree/verify-proofs.js';
export { subtreesOfTiles, tileAt, tilePath, tilesOf, TILE_WIDTH, type Tile } from './tree/tiles.js';

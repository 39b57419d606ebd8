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
export { keptNotes } from './notes/kept-notes.js';
export {
  keyId,
  openNote,
  readVerifierKey,
  signNote,
  verifierKey,
  verifyEd25519,
  type NoteKey,
  type OpenedNote,
} from './notes/signed-note.js';
export { CompactRange, type Node } from './tree/compact-range.js';
export { EMPTY_ROOT, HASH_BYTES, hashLeaf, nodeHash, type Hash } from './tree/hashes.js';
export {
  compactRangeOf,
  consistencyProof,
  inclusionProof,
  rangeHash,
  type ReadSubtree,
} from './tree/proofs.js';
export { verifyConsistency, verifyInclusion, type TreeHead } from './tree/verify-proofs.js';
export {
  subtreesOfTiles,
  tileAt,
  tileOfPath,
  tilePath,
  tilesOf,
  TILE_WIDTH,
  type Tile,
} from './tree/tiles.js';
export { exportEndLine, exportStartLine, type ExportEnd, type ExportStart } from './formats/export-lines.js';
export { COPY_COLUMNS, hashedEvent, type EventRecord, type LineFormat } from './formats/rows.js';
export { leafText, type EventProof, type ProvenEvent } from './proofs/event-proof.js';
export type { GrowthProof } from './proofs/growth-proof.js';
export { verifyProof, type ProofVerdict } from './proofs/verify-proof.js';
export { positionsIn, rangesOf } from './statements/row-ranges.js';
export { signStatement, TrustedKeys, type PublicAuditKey, type Statement } from './statements/signed.js';
export type { BadRow, LogStart, StoredTree } from './verify/log-parts.js';
export { verifyLog, wholeLines, type LogToVerify, type LogVerdict } from './verify/verify-log.js';
export { openDatabaseLog, type DatabaseLog } from './sources/database-log.js';
export { verifyTiles } from './sources/tile-directory.js';
export { verifyDatabase, verifyExport, type Verifying } from './sources/verify-source.js';
export { keysIn } from './statements/keys-file.js';
export { verdictText } from './verify/verdict-text.js';

export { AnchorError } from '../anchors/anchor.js';
export { openAnchor } from '../anchors/open-anchor.js';
export { keyOf, type CheckpointRecord } from '../checkpoint.js';
export { TrustedKeys, type PublicAuditKey } from '@valetkey/audit-log';
export { readDatabaseLog } from './database-log.js';
export { verifyLog, type LogVerdict } from './verify-log.js';

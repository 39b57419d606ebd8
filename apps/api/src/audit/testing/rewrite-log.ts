import { leafHash, personalDigest } from '@valetkey/audit-log';
import type { AuditSearch } from '../search/audit-search.js';
import { auditRecord, hashedEvent } from '../audit-record.js';

/** SQL that gives row `k` another outcome, with its hash made anew, as the owner of the database can. */
export async function rewritten(search: AuditSearch, k: number): Promise<string> {
  const { events } = await search.step({}, { direction: 'oldest_first' }, k);
  const event = events.at(-1);
  if (!event) throw new Error(`there is no row ${k}`);
  const record = { ...hashedEvent(auditRecord(event)), outcome: 'denied' };
  const hash = leafHash(record, personalDigest({ ...record, salt: record.salt ?? '' })).toString('hex');
  return `UPDATE audit_events SET outcome = 'denied', hash = '\\x${hash}' WHERE seq = ${k}`;
}

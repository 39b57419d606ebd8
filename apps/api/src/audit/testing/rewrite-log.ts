import { chainHash, personalDigest } from '@valetkey/audit-log';
import type { AuditSearch } from '../search/audit-search.js';
import { auditRecord, hashedEvent } from '../audit-record.js';

/** SQL that gives row `k` another outcome and makes every hash from there to row `to` anew, as who owns the database can. */
export async function rewritten(search: AuditSearch, k: number, to: number): Promise<string[]> {
  const { events } = await search.step({}, { direction: 'oldest_first' }, to);
  let prev = auditRecord(events[k - 1] as (typeof events)[0]).prevHash;
  return events.slice(k - 1, to).map((event, index) => {
    const record = hashedEvent({ ...auditRecord(event), ...(index === 0 ? { outcome: 'denied' } : {}) });
    const personal = personalDigest({ ...record, salt: record.salt ?? '' });
    const hash = chainHash(record, personal, prev);
    const set = `outcome = '${record.outcome}', prev_hash = '\\x${prev}', hash = '\\x${hash}'`;
    prev = hash;
    return `UPDATE audit_events SET ${set} WHERE seq = ${record.seq}`;
  });
}

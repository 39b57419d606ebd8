import { GENESIS } from '@valetkey/audit-log';
import canonicalize from 'canonicalize';

/** The last line of an export. An export without it was cut off, even if it ends between two lines. */
export interface ExportEnd {
  readonly events: number;
  /** Position and hash of the last event before it; 0 and the hash before the first event when there is none. */
  readonly lastSeq: string;
  readonly lastHash: string;
}

/** The end of an export that has no events. */
export const NO_EVENTS: ExportEnd = { events: 0, lastSeq: '0', lastHash: GENESIS };

/** As a line: canonical JSON without the line break. It has no member of an event, so it cannot be taken for one. */
export function exportEndLine({ events, lastSeq, lastHash }: ExportEnd): string {
  return canonicalize({ exportEnd: { events, lastHash, lastSeq } }) ?? '';
}

/** @returns `undefined` unless the line is, byte for byte, the end of an export */
export function readExportEnd(line: string): ExportEnd | undefined {
  if (!line.startsWith('{"exportEnd"')) return undefined;
  try {
    const { exportEnd } = JSON.parse(line) as { exportEnd: ExportEnd };
    const isTyped =
      Number.isSafeInteger(exportEnd.events) &&
      /^\d+$/.test(exportEnd.lastSeq) &&
      /^[0-9a-f]{64}$/.test(exportEnd.lastHash);
    return isTyped && exportEndLine(exportEnd) === line.trimEnd() ? exportEnd : undefined;
  } catch {
    return undefined;
  }
}

import canonicalize from 'canonicalize';

/** The first line of an export. */
export interface ExportStart {
  /** The log's first leaf; rows before it are of the chain that it had before. */
  readonly firstSeq: string;
  /** The first row of the log that is kept. */
  readonly fromSeq: string;
  /** The compact range of the leaves before `fromSeq`, hex. */
  readonly edge: string;
}

/** The last line of an export. An export without it was cut off, even if it ends between two lines. */
export interface ExportEnd {
  readonly events: number;
  /** The last row before it; 0 when there is none. */
  readonly lastSeq: string;
  /** The note of a checkpoint at the last row; absent when the export is not of the whole log. */
  readonly checkpoint?: string | undefined;
  /** Of an export by a filter: it has every such event among so many first leaves, and of the chain before them. */
  readonly treeSize?: number | undefined;
}

const SEQ = /^\d{1,15}$/;
const EDGE = /^(?:[0-9a-f]{64})*$/;

/** Lines are canonical JSON without the line break. They have no member of an event, so cannot be taken for one. */
export function exportStartLine({ firstSeq, fromSeq, edge }: ExportStart): string {
  return canonicalize({ exportStart: { firstSeq, fromSeq, edge } }) ?? '';
}

export function exportEndLine({ events, lastSeq, checkpoint, treeSize }: ExportEnd): string {
  return canonicalize({ exportEnd: { events, lastSeq, checkpoint, treeSize } }) ?? '';
}

/** @returns `undefined` unless the line is, byte for byte, the start of an export */
export function readExportStart(line: string): ExportStart | undefined {
  const start = memberOf(line, 'exportStart') as ExportStart | undefined;
  const isTyped =
    start &&
    SEQ.test(start.firstSeq) &&
    SEQ.test(start.fromSeq) &&
    EDGE.test(start.edge) &&
    +start.fromSeq > 0;
  return isTyped && exportStartLine(start) === line ? start : undefined;
}

/** @returns `undefined` unless the line is, byte for byte, the end of an export */
export function readExportEnd(line: string): ExportEnd | undefined {
  const end = memberOf(line, 'exportEnd') as ExportEnd | undefined;
  const isTyped =
    end &&
    Number.isSafeInteger(end.events) &&
    SEQ.test(end.lastSeq) &&
    (end.checkpoint === undefined || typeof end.checkpoint === 'string') &&
    (end.treeSize === undefined || Number.isSafeInteger(end.treeSize));
  return isTyped && exportEndLine(end) === line ? end : undefined;
}

function memberOf(line: string, name: string): unknown {
  if (!line.startsWith(`{"${name}"`)) return undefined;
  try {
    return (JSON.parse(line) as Record<string, unknown>)[name] ?? undefined;
  } catch {
    return undefined;
  }
}

import { z } from 'zod';
import type { AuditSinkSetting } from '../../config/index.js';
import { failureReason, readStart, retryAfterOf } from '../../platform/index.js';
import type { AuditEvent } from '../audit-event.js';
import { auditLine, auditRecord } from '../audit-record.js';
import { otlpLogs } from './otlp-logs.js';

/** How long a sink may take to answer. */
export const DELIVERY_MS = 20_000;
const LONGEST_ANSWER = 64 * 1024;

/** How a sink answered a batch. */
export type Delivery =
  | { readonly taken: true; readonly rejected: number }
  | {
      readonly taken: false;
      /** For the operator: a status, or the code or words of a network failure; no text of the sink, no secret. */
      readonly reason: string;
      readonly tooLarge: boolean;
      readonly retryAfterMs: number | undefined;
    };

const partialSuccess = z.object({
  partialSuccess: z.object({ rejectedLogRecords: z.coerce.number().int().nonnegative() }),
});

/** Sends a batch to a sink. It never throws: a failure is part of the result. */
export async function deliver(sink: AuditSinkSetting, events: readonly AuditEvent[]): Promise<Delivery> {
  let response: Response;
  try {
    response = await fetch(sink.url, {
      method: 'POST',
      redirect: 'manual',
      headers: headersOf(sink, events),
      body: bodyOf(sink, events),
      signal: AbortSignal.timeout(DELIVERY_MS),
    });
    const text = await readStart(response, LONGEST_ANSWER);
    if (response.ok) return { taken: true, rejected: sink.kind === 'otlp' ? rejectedIn(text) : 0 };
  } catch (error) {
    return {
      taken: false,
      reason: failureReason(error, secretsOf(sink)),
      tooLarge: false,
      retryAfterMs: undefined,
    };
  }
  return {
    taken: false,
    reason: `status ${response.status}`,
    tooLarge: response.status === 413,
    retryAfterMs: retryAfterOf(response, Date.now()),
  };
}

function bodyOf(sink: AuditSinkSetting, events: readonly AuditEvent[]): string {
  const records = events.map(auditRecord);
  return sink.kind === 'otlp'
    ? otlpLogs(records, auditLine)
    : records.map((record) => `${auditLine(record)}\n`).join('');
}

function headersOf(sink: AuditSinkSetting, events: readonly AuditEvent[]): Record<string, string> {
  return {
    'content-type': sink.kind === 'otlp' ? 'application/json' : 'application/x-ndjson',
    // A repeated batch has the same key, so a receiver can drop duplicates.
    'idempotency-key': `valetkey-audit-${events[0]?.seq}-${events.at(-1)?.seq}`,
    ...sink.headers,
  };
}

/** Secrets that the words of a failure may repeat: the address beyond its host, and the headers. */
function secretsOf({ url, headers }: AuditSinkSetting): string[] {
  const { href, pathname, search } = new URL(url);
  return [url, href, pathname, search, ...Object.values(headers)].filter((text) => text.length > 1);
}

function rejectedIn(text: string): number {
  try {
    const read = partialSuccess.safeParse(JSON.parse(text));
    return read.success ? read.data.partialSuccess.rejectedLogRecords : 0;
  } catch {
    return 0;
  }
}

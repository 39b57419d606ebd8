import type { IncomingHttpHeaders } from 'node:http';

/** A request to a key service. */
export interface KeyServiceRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The response of a key service. */
export interface KeyServiceAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly contentType?: string;
}

/** How a key service answers every request: correctly, or with one of its refusals. */
export type KeyServiceMood = 'serving' | 'denying' | 'keyless' | 'disabled' | 'failing' | 'lying' | 'silent';

/** The parsed body; an empty object when it is no JSON object. */
export function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Bytes of a base64 member; `undefined` when there is none. */
export function bytesOf(value: unknown): Buffer | undefined {
  return typeof value === 'string' ? Buffer.from(value, 'base64') : undefined;
}

import { hash as digestOf } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EventMembers } from './event-members.js';

/**
 * An event as the texts and numbers that are hashed. Nothing here is looked up or defaulted, so that the database, an
 * export and an independent verifier come to the same bytes.
 */
export interface HashedEvent extends EventMembers {
  readonly seq: string;
  readonly id: string;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  readonly type: string;
  readonly outcome: string;
  readonly actorType: string;
  readonly actorId?: string | undefined;
  readonly arguments?: unknown;
  readonly detail: object;
  /** Hex; absent once the personal part is erased. */
  readonly salt?: string | undefined;
}

/** The hash before the first event. */
export const GENESIS = '0'.repeat(64);

/**
 * SHA-256, hex, over the personal part, as canonical JSON (RFC 8785). Without the salt its values cannot be guessed.
 */
export function personalDigest(event: HashedEvent & { readonly salt: string }): string {
  return sha256Hex(personalPart(event));
}

/**
 * SHA-256, hex, over the event as canonical JSON (RFC 8785): the permanent part, the digest of the personal part, and
 * the hash of the event before. `personal` and `prev` are hex.
 */
export function eventHash(event: HashedEvent, personal: string, prev: string): string {
  return sha256Hex(keptPart(event, personal, prev));
}

/**
 * The members are written in the order of RFC 8785. Strings and integers come out of `JSON.stringify` as that RFC wants
 * them; a spec compares all of it with the `canonicalize` package, which would take four times as long.
 */
export function keptPart(event: HashedEvent, personal: string, prev: string): string {
  const id = event.actorType === 'user' ? undefined : event.actorId;
  return JSON.stringify({
    action: event.action,
    actor: { id, type: event.actorType },
    agentId: event.agentId,
    at: event.at,
    connectionId: event.connectionId,
    durationMs: event.durationMs,
    id: event.id,
    keyId: event.keyId,
    outcome: event.outcome,
    personal,
    prev,
    providerStatus: event.providerStatus,
    requestId: event.requestId,
    scopes: event.scopes,
    seq: event.seq,
    target: event.target,
    taskId: event.taskId,
    type: event.type,
    v: 1,
  });
}

/** The members in the order of RFC 8785, as above. */
export function personalPart(event: HashedEvent): string {
  const parts: string[] = [];
  if (event.actorType === 'user') parts.push(`"actorId":${JSON.stringify(event.actorId ?? null)}`);
  if (event.arguments !== undefined) parts.push(`"arguments":${canonicalize(event.arguments)}`);
  parts.push(`"detail":${canonicalize(event.detail)}`);
  if (event.ip !== undefined) parts.push(`"ip":${JSON.stringify(event.ip)}`);
  parts.push(`"salt":${JSON.stringify(event.salt)}`);
  if (event.userId !== undefined) parts.push(`"userId":${JSON.stringify(event.userId)}`);
  return `{${parts.join(',')}}`;
}

function sha256Hex(text: string): string {
  return digestOf('sha256', text, 'hex');
}

import { hash as digestOf } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Hash } from '../tree/hashes.js';
import type { EventMembers } from './event-members.js';

/**
 * An event as the texts and numbers that are hashed. Nothing here is looked up or defaulted, so that the database, an
 * export and an independent verifier come to the same bytes.
 */
export interface HashedEvent extends EventMembers {
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

/** An event of the chain that logs had before they were trees: its place was a part of what was hashed. */
export interface ChainedEvent extends HashedEvent {
  readonly seq: string;
}

/** The hash before the first event of a chain. */
export const GENESIS = '0'.repeat(64);

/**
 * SHA-256, hex, over the personal part, as canonical JSON (RFC 8785). Without the salt its values cannot be guessed.
 */
export function personalDigest(event: HashedEvent & { readonly salt: string }): string {
  return digestOf('sha256', personalPart(event), 'hex');
}

/**
 * The event's leaf in the tree: SHA-256 over 0x00 (RFC 9162, section 2.1.1) and the event as canonical JSON (RFC 8785),
 * that is its permanent part and, in hex, the digest of the personal one.
 */
export function leafHash(event: HashedEvent, personal: string): Hash {
  return digestOf('sha256', `\0${keptPart(event, personal)}`, 'buffer');
}

/**
 * SHA-256, hex, over an event of the chain as canonical JSON (RFC 8785): as for a leaf, with its place and the hash of
 * the event before. `personal` and `prev` are hex.
 */
export function chainHash(event: ChainedEvent, personal: string, prev: string): string {
  return digestOf('sha256', keptPart(event, personal, { prev, seq: event.seq }), 'hex');
}

/**
 * The members are written in the order of RFC 8785. Strings and integers come out of `JSON.stringify` as that RFC wants
 * them; a spec compares all of it with the `canonicalize` package, which would take four times as long.
 */
export function keptPart(event: HashedEvent, personal: string, link?: { prev: string; seq: string }): string {
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
    prev: link?.prev,
    providerStatus: event.providerStatus,
    requestId: event.requestId,
    scopes: event.scopes,
    seq: link?.seq,
    target: event.target,
    taskId: event.taskId,
    type: event.type,
    v: link ? 1 : 2,
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

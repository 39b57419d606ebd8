import type { FastifyRequest } from 'fastify';
import type { RecordedCall } from './control/call-log.js';
import type { Fault } from './faults/fault.js';
import type { ProviderName } from './provider-name.js';

/** The twin's notes about the request that it is answering. */
export interface RequestNotes {
  provider: ProviderName;
  call: RecordedCall;
  /** Faults that change the token answer. */
  tokenFaults: Fault[];
  /** Faults of an upload session. */
  uploadFaults: Fault[];
  /** Fault that replaces the answer after the work is done. */
  afterwards?: Fault;
}

declare module 'fastify' {
  interface FastifyRequest {
    notes: RequestNotes | undefined;
  }
}

/** Writes down whose token the request carried. */
export function noteAccount(request: FastifyRequest, accountId: string): void {
  if (request.notes) request.notes.call.account = accountId;
}

/** A token fault of that kind that applies to this request. */
export function tokenFault<K extends Fault['fault']>(
  request: FastifyRequest,
  kind: K,
): Extract<Fault, { fault: K }> | undefined {
  return ofKind(request.notes?.tokenFaults, kind);
}

/** An upload fault of that kind that applies to this request. */
export function uploadFault<K extends Fault['fault']>(
  request: FastifyRequest,
  kind: K,
): Extract<Fault, { fault: K }> | undefined {
  return ofKind(request.notes?.uploadFaults, kind);
}

function ofKind<K extends Fault['fault']>(faults: Fault[] = [], kind: K) {
  return faults.find((fault): fault is Extract<Fault, { fault: K }> => fault.fault === kind);
}

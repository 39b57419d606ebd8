import type { Fault } from './fault.js';

/** A complete answer: what a fault puts in place of the real one. */
export interface FaultAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** How a provider words its failures. */
export interface ProviderFaultAnswers {
  rateLimited(fault: Extract<Fault, { fault: 'rate_limited' }>, nowMs: number): FaultAnswer;
  serverError(status: number): FaultAnswer;
  invalidGrant(description: string | undefined): FaultAnswer;
}

/** A JSON answer. */
export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): FaultAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

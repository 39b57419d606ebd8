import { readFileSync } from 'node:fs';
import type { RecordedRequest } from './answering-server.js';

/** Judges requests by the provider's own description of its API. */
export interface RequestJudge {
  /** The differences between a request and the description, in words; empty when there are none. */
  complaints(request: RecordedRequest, heldScopes: readonly string[]): string[];
  /** Scopes of which any one suffices for a request; absent where the description names none. */
  accepted?(request: RecordedRequest): readonly string[];
  /** All scopes of the API, where the description names them. */
  readonly scopes?: readonly string[];
}

/** Facts of an official description, as `scripts/derive-descriptions.ts` wrote them down. */
export function factsOf(provider: string): unknown {
  return JSON.parse(readFileSync(new URL(`descriptions/${provider}.json`, import.meta.url), 'utf8'));
}

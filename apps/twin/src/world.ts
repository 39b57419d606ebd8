import type { RandomSource } from './randomness.js';
import { mintId, mintSecret } from './randomness.js';
import type { StateFile } from './state-file.js';
import type { TwinState } from './twin-state.js';

const PRUNE_EVERY_MS = 60_000;
const CODE_REMEMBERED_MS = 3_600_000;
const DEAD_TOKEN_KEPT_MS = 7 * 24 * 3_600_000;

/** The parts of a world. */
export interface WorldParts {
  state: TwinState;
  clock: () => number;
  random: RandomSource;
  file: StateFile;
}

/** The twin's memory with its clock and its randomness: what every route works on. */
export class World {
  #prunedAt = 0;
  /** Base URL, known once the server listens. */
  url = '';
  /** Extra skew from active `clock_skew` faults. */
  skewMs = 0;
  state: TwinState;
  readonly random: RandomSource;

  constructor(private readonly parts: WorldParts) {
    this.state = parts.state;
    this.random = parts.random;
  }

  /** The twin's time in milliseconds: the injected clock, moved by the control API. */
  now(): number {
    return this.parts.clock() + this.state.clockOffsetMs + this.skewMs;
  }

  /** The twin's time as an ISO string, optionally shifted. */
  isoNow(shiftMs = 0): string {
    return new Date(this.now() + shiftMs).toISOString();
  }

  /** A random secret with the provider's prefix. */
  secret(prefix: string): string {
    return mintSecret(this.random, prefix);
  }

  /** A random identifier. */
  id(bytes?: number): string {
    return mintId(this.random, bytes);
  }

  /** Call after each change: schedules the write of the state file. */
  changed(): void {
    this.parts.file.schedule(() => this.state);
  }

  /** Writes a pending change now, so that an answer never promises what a kill would forget. */
  persist(): void {
    this.prune();
    this.parts.file.flush(() => this.state);
  }

  private prune(): void {
    const now = this.now();
    if (Math.abs(now - this.#prunedAt) < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    for (const [key, code] of this.state.codes) {
      if (code.expiresAt + CODE_REMEMBERED_MS < now) this.state.codes.delete(key);
    }
    for (const [key, consent] of this.state.consents) {
      if (consent.expiresAt < now) this.state.consents.delete(key);
    }
    for (const [key, token] of this.state.tokens) {
      if (token.endedAt !== undefined && token.endedAt + DEAD_TOKEN_KEPT_MS < now)
        this.state.tokens.delete(key);
    }
  }
}

import type { ProviderName } from '../provider-name.js';

/** One call that the twin received. */
export interface RecordedCall {
  seq: number;
  /** The twin's time. */
  at: string;
  provider: ProviderName;
  method: string;
  path: string;
  /** Query without anything secret. */
  query: Record<string, string>;
  grantType?: string;
  /** HTTP status; 0 when the connection was cut; absent while in flight. */
  status?: number;
  /** Account whose token or code it was. */
  account?: string;
  /** Start of the SHA-256 of the token that came along. */
  tokenHash?: string;
  clientId?: string;
  /** Faults that were applied. */
  faults: string[];
  durationMs?: number;
}

/** Which calls to give. */
export interface CallFilter {
  provider?: string;
  /** Path, or a pattern with `*`. */
  path?: string;
  grantType?: string;
}

const KEPT_CALLS = 50_000;

/** The calls that the twin received since it started or was cleared. */
export class CallLog {
  #calls: RecordedCall[] = [];
  #seq = 0;

  /** Adds a call as soon as it arrives. */
  add(call: Omit<RecordedCall, 'seq'>): RecordedCall {
    const recorded = { seq: ++this.#seq, ...call };
    this.#calls.push(recorded);
    if (this.#calls.length > KEPT_CALLS) this.#calls.splice(0, KEPT_CALLS / 10);
    return recorded;
  }

  /** The calls that fit, oldest first. */
  list(filter: CallFilter = {}): RecordedCall[] {
    return this.#calls.filter(
      (call) =>
        (!filter.provider || call.provider === filter.provider) &&
        (!filter.path || pathFits(filter.path, call.path)) &&
        (!filter.grantType || call.grantType === filter.grantType),
    );
  }

  /** Forgets all calls. */
  clear(): void {
    this.#calls = [];
  }
}

/**
 * Whether a path fits a pattern: the path itself or a folder above it, with or without the
 * provider's prefix; `*` stands for any text.
 */
export function pathFits(pattern: string, path: string): boolean {
  const bare = path.replace(/^\/[^/]+/, '');
  if (pattern.includes('*')) {
    const expression = pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*');
    return [path, bare].some((text) => new RegExp(`^${expression}$`).test(text));
  }
  return [path, bare].some((text) => text === pattern || text.startsWith(`${pattern.replace(/\/$/, '')}/`));
}

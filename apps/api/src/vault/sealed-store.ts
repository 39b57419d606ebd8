import type { Binding } from './envelope.js';

/**
 * A column of sealed values, described by the room that owns it. Names of tables and columns are code, never input.
 */
export interface SealedColumn {
  /** Stable name of the kind of secret, as the operator API shows it: `token_sets`. */
  readonly name: string;
  readonly table: string;
  /** The primary key, of a text type. */
  readonly key: string;
  readonly column: string;
  /** Further facts that the binding of a row needs, beside its key: name → SQL expression over the row `t`. */
  readonly facts?: Readonly<Record<string, string>>;
  /** The bindings that a row's bytes may have, the likeliest first; none when such a row cannot hold a sealed value. */
  bindings(row: SealedFacts): readonly Binding[];
}

/** A row's primary key and the facts asked for; a fact is `null` when its expression is. */
export interface SealedFacts {
  readonly id: string;
  readonly facts: Readonly<Record<string, string | null>>;
}

/** A row of a sealed column. */
export interface SealedRow extends SealedFacts {
  readonly sealed: Uint8Array;
}

/** How many values of one kind a key has sealed; `keyId` is undefined for bytes that are no sealed value. */
export interface SealedCount {
  readonly store: string;
  readonly keyId: string | undefined;
  readonly count: number;
}

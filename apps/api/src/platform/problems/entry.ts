/** One problem of the catalogue. Its example is made from the parts and members that stand here. */
export interface ProblemEntry {
  readonly status: number;
  /** Says what was wrong and what to do, without a secret. `{name}` stands for a part or member that is filled in where it is thrown. */
  readonly detail: string;
  /** Brings the member `retryable: true`. */
  readonly retryable?: true;
  /** Parts of the detail that are no members, as in the example. */
  readonly parts?: Readonly<Record<string, string | number>>;
  /** Members that it may bring beyond those of RFC 9457, as in the example. */
  readonly members?: Readonly<Record<string, unknown>>;
}

type Words = string | Omit<ProblemEntry, 'status'>;
type Entry<W extends Words> = { readonly status: number } & (W extends string ? { readonly detail: W } : W);

/** Entries of one status, by name: the code, or `code.case` where one code has several details. */
export function withStatus<const W extends Readonly<Record<string, Words>>>(
  status: number,
  entries: W,
): { [Name in keyof W]: Entry<W[Name]> } {
  const all = Object.entries(entries).map(([name, words]) => [
    name,
    { status, ...(typeof words === 'string' ? { detail: words } : words) },
  ]);
  return Object.fromEntries(all) as never;
}

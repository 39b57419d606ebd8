/** Short, so that a crash holds nobody up; a holder that lives extends it. */
export const LEASE_MS = 10_000;

/** The right to refresh one version of a token set. */
export interface HeldLease {
  readonly connectionId: string;
  readonly version: number;
  readonly holder: string;
  /** An earlier refresh of this version was sent, and its response was lost. */
  readonly unanswered: boolean;
}

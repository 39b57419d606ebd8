/** The longest that an answer is held (`Prefer: wait=60`). */
const LONGEST_WAIT_S = 60;

/** How long a caller prefers to wait for the outcome (RFC 7240, section 4.3), within our limit. */
export function preferredWaitMs(prefer: string | undefined): number {
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(prefer ?? '')?.[1];
  return Math.min(Number(seconds ?? 0), LONGEST_WAIT_S) * 1_000;
}

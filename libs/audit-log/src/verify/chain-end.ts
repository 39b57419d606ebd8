import { GENESIS } from '../event/leaf.js';
import type { Statement } from '../statements/signed.js';
import type { BadRow, LogStart } from './log-parts.js';
import type { LogStatement } from './check-rows.js';

/** Links that are remembered: the last checkpoint of a chain was a minute old at most. */
const LINKS_KEPT = 100_000;

/** The links of the chain that a log had before it was a tree, the newest of them, in hex. */
export class ChainEnd {
  private readonly links: string[] = [];
  private dropped = 0;

  append(hash: string): void {
    if (this.links.length === 2 * LINKS_KEPT) {
      this.links.splice(0, LINKS_KEPT);
      this.dropped += LINKS_KEPT;
    }
    this.links.push(hash);
  }

  get last(): string {
    return this.links.at(-1) ?? GENESIS;
  }

  /** The link of this row; `fromSeq` is the first that was read. */
  at(seq: number, fromSeq: number): string | undefined {
    return this.links[seq - fromSeq - this.dropped];
  }
}

/** Whether a trusted key has signed a statement. */
type IsSigned = (statement: Statement, by: LogStatement['detail']) => boolean;

/** The fault of what the first leaf of the tree says about the chain before it. */
export function faultInContinuation(
  { firstSeq, fromSeq }: LogStart,
  detail: LogStatement['detail'] | undefined,
  chain: ChainEnd,
  isSigned: IsSigned,
): BadRow | undefined {
  const isThere = fromSeq < firstSeq;
  const upTo = (seq: number, why: string) => (fromSeq < seq ? { seq, since: fromSeq, why } : { seq, why });
  if (detail?.['throughSeq'] !== String(firstSeq - 1))
    return upTo(firstSeq, 'it does not say where the chain before the tree ended');
  if (isThere && detail['throughHash'] !== chain.last)
    return upTo(firstSeq - 1, 'it is not what the tree says that went before it: the chain was written anew');
  const checkpoint = detail['checkpoint'];
  if (checkpoint === undefined) return undefined;
  const { seq, hash, at, ...by } = (checkpoint ?? {}) as Record<'seq' | 'hash' | 'at', string>;
  if (!isSigned({ purpose: 'checkpoint', seq, hash, at }, by))
    return { seq: firstSeq, why: 'no trusted key has signed the last checkpoint of the chain that it holds' };
  const link = isThere ? chain.at(Number(seq), fromSeq) : undefined;
  if (link === undefined || link === hash) return undefined;
  return upTo(Number(seq), 'the last checkpoint of the chain says otherwise: it was written anew');
}

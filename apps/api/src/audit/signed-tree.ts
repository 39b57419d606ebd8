import { Injectable } from '@nestjs/common';
import { CompactRange, parseCheckpoint } from '@valetkey/audit-log';
import { AuditTreeRepository } from './audit-tree.repository.js';
import { Sequencer } from './sequencer.js';
import { SignedHead } from './signed-head.js';

/** The newest tree of the log. */
export interface NewestTree {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** The event that is leaf 0 has this seq. */
  readonly firstSeq: number;
  /** Its signed checkpoint; `undefined` when it is empty or cannot be signed now. */
  readonly note: string | undefined;
}

/** The tree with everything that was committed before it was asked for, signed. */
@Injectable()
export class SignedTree {
  constructor(
    private readonly sequencer: Sequencer,
    private readonly tree: AuditTreeRepository,
    private readonly head: SignedHead,
  ) {}

  async newest(): Promise<NewestTree> {
    await this.sequencer.settled();
    const state = await this.tree.state();
    const { size, edge, firstSeq, note } = state;
    const signed = note === undefined ? undefined : parseCheckpoint(note);
    const isSigned = signed?.size === size && signed.origin === this.head.origin;
    return {
      size,
      root: CompactRange.fromBytes(size, edge).root().toString('hex'),
      firstSeq: Number(firstSeq),
      note: isSigned ? note : size > 0 ? await this.head.sign(state) : undefined,
    };
  }
}

import { Injectable } from '@nestjs/common';
import { Anchors } from './anchors/anchors.js';
import type { OutsideState } from './anchors/outside-states.repository.js';
import { Checkpoints } from './checkpoints.js';
import { Sequencer } from './sequencer.js';
import { Witnesses } from './witnesses/witnesses.js';

/** The state of the log, known without reading it. */
export interface LogState {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly firstSeq: number;
  /** Leaves of the newest tree that a kept checkpoint vouches for, and when that was made. */
  readonly signedSize: number;
  readonly signedAt: Date | undefined;
  /** Events that are committed and wait for their place, and since when the oldest does. */
  readonly pending: number;
  readonly pendingSince: Date | undefined;
  readonly anchors: readonly OutsideState[];
  readonly witnesses: readonly OutsideState[];
}

/** Where the log stands, and how far it is signed, cosigned and kept outside. */
@Injectable()
export class LogStatus {
  constructor(
    private readonly sequencer: Sequencer,
    private readonly checkpoints: Checkpoints,
    private readonly anchors: Anchors,
    private readonly witnesses: Witnesses,
  ) {}

  async state(): Promise<LogState> {
    const [{ count: pending, since: pendingSince }, { size, root, firstSeq }, kept, anchors, witnesses] =
      await Promise.all([
        this.sequencer.pending(),
        this.checkpoints.newest(),
        this.checkpoints.newestKept(),
        this.anchors.states(),
        this.witnesses.states(),
      ]);
    const signedAt = kept && new Date(kept.at);
    return {
      ...{ size, root, firstSeq, signedSize: kept?.size ?? 0, signedAt },
      ...{ pending, pendingSince, anchors, witnesses },
    };
  }
}

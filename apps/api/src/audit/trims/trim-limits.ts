import { Injectable } from '@nestjs/common';
import { Problem } from '../../platform/index.js';
import { Checkpoints } from '../checkpoints.js';
import { LogStatus } from '../log-status.js';
import { ForwardEvents } from '../sinks/forward-events.js';

/** How much of the log may be let go: what every anchor and witness vouches for and every sink has. */
@Injectable()
export class TrimLimits {
  constructor(
    private readonly checkpoints: Checkpoints,
    private readonly status: LogStatus,
    private readonly forward: ForwardEvents,
  ) {}

  /** Signs where the log stands, so that what is old is known to be. */
  sign(): Promise<void> {
    return this.checkpoints.make();
  }

  /** @throws Problem 409 `audit_not_anchored`, `audit_not_forwarded` */
  async check(throughSeq: bigint): Promise<void> {
    const { anchors, witnesses, firstSeq } = await this.status.state();
    const anchor = [...anchors, ...witnesses].find(({ throughSize }) => firstSeq + throughSize <= throughSeq);
    if (anchor)
      throw new Problem('audit_not_anchored', {
        anchor: anchor.name,
        throughSeq: firstSeq + anchor.throughSize - 1,
      });
    const sink = (await this.forward.progress()).find(({ seq }) => seq < throughSeq);
    if (sink) throw new Problem('audit_not_forwarded', { sink: sink.name, throughSeq: Number(sink.seq) });
  }
}

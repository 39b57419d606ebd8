import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Checkpoints } from '../checkpoints.js';
import type { Anchor } from './anchor.js';
import { openAnchor } from './open-anchor.js';
import { OutsideStates } from './outside-states.js';
import type { OutsideState } from './outside-states.repository.js';

const BATCH = 200;

/** The places outside that keep checkpoints: an attacker who rewrites the database cannot rewrite them. */
@Injectable()
export class Anchors {
  private readonly anchors: readonly Anchor[];

  constructor(
    @Inject(SETTINGS_TOKEN) { auditAnchors }: Settings,
    private readonly checkpoints: Checkpoints,
    private readonly places: OutsideStates,
  ) {
    this.anchors = auditAnchors.map(openAnchor);
  }

  /** Sends every anchor the checkpoints that it lacks, in order and at least once. */
  async send(): Promise<void> {
    await Promise.all(
      this.anchors.map((anchor) => this.places.advance(anchor.name, (from) => this.sendTo(anchor, from))),
    );
  }

  states(): Promise<OutsideState[]> {
    return Promise.all(this.anchors.map(({ name }) => this.places.state(name)));
  }

  private async *sendTo(anchor: Anchor, throughSize: number): AsyncGenerator<number> {
    let from = throughSize;
    for (;;) {
      const records = await this.checkpoints.list(from, BATCH);
      const last = records.at(-1);
      if (!last) return;
      await anchor.put(records);
      yield (from = last.size);
    }
  }
}

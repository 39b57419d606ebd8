import { Inject, Injectable } from '@nestjs/common';
import { readVerifierKey } from '@valetkey/audit-log';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { OutsideError } from '../anchors/outside-error.js';
import { OutsideStates } from '../anchors/outside-states.js';
import type { OutsideState } from '../anchors/outside-states.repository.js';
import type { CheckpointRecord } from '../checkpoint.js';
import { Checkpoints } from '../checkpoints.js';
import { StoredTree } from '../stored-tree.js';
import { CosignaturesRepository } from './cosignatures.repository.js';
import { Witness } from './witness.js';

/** A name cannot hold a space, so it is not taken for the address of an anchor. */
const placeOf = ({ key }: Witness) => `witness ${key.name}`;

/** The witnesses of the log: what they have cosigned cannot be shown to anybody else in another version. */
@Injectable()
export class Witnesses {
  private readonly witnesses: readonly Witness[];

  constructor(
    @Inject(SETTINGS_TOKEN) { auditWitnesses }: Settings,
    private readonly checkpoints: Checkpoints,
    private readonly cosignatures: CosignaturesRepository,
    private readonly tree: StoredTree,
    private readonly places: OutsideStates,
  ) {
    this.witnesses = auditWitnesses.map(({ url, key }) => new Witness(url, readVerifierKey(key)));
  }

  /** Has the newest checkpoint cosigned by every witness that has not done so. */
  async ask(): Promise<void> {
    const newest = this.witnesses.length > 0 ? await this.checkpoints.newestKept() : undefined;
    if (!newest) return;
    await Promise.all(
      this.witnesses.map((witness) =>
        this.places.advance(placeOf(witness), (from) => this.askOne(witness, newest, from)),
      ),
    );
  }

  async states(): Promise<OutsideState[]> {
    return Promise.all(
      this.witnesses.map(async (witness) => ({
        ...(await this.places.state(placeOf(witness))),
        name: witness.key.name,
      })),
    );
  }

  private async *askOne(
    witness: Witness,
    { size, note }: CheckpointRecord,
    from: number,
  ): AsyncGenerator<number> {
    if (from >= size) return;
    const proofFrom = (known: number) => this.consistency(known, size);
    const line = await witness.cosign({ size, note, proofFrom }, from);
    await this.cosignatures.add(size, witness.key.name, line);
    yield size;
  }

  private async consistency(known: number, size: number) {
    try {
      return await this.tree.consistency(known, size);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new OutsideError(
        `it has seen nothing after ${known} events, and the log has let go of more since: it cannot be shown how they continue`,
      );
    }
  }
}

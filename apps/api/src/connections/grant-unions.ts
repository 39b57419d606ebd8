import { Injectable } from '@nestjs/common';
import { satisfies } from '@valetkey/providers';
import type { Connector } from '../connectors/index.js';

const MAX_REMEMBERED = 100_000;

/**
 * Whose task it is to keep earlier scopes in an upgrade. A server that is told to add them up, but answered without
 * them, is not trusted with it again: two actions would take the scopes from each other for ever. Held in memory; after
 * a restart one upgrade finds out anew.
 */
@Injectable()
export class GrantUnions {
  private readonly lost = new Set<string>();

  /** Notes an upgrade's answer: `held` before, `granted` now. */
  note(
    connectionId: string,
    { preset }: Connector,
    held: readonly string[],
    granted: readonly string[],
  ): void {
    if (satisfies(preset, granted, held).length === 0) return;
    if (this.lost.size >= MAX_REMEMBERED) this.lost.clear();
    this.lost.add(connectionId);
  }

  /** Whether we have to ask for the union of the old and the new scopes. */
  isOurs({ preset }: Connector, connectionId: string | undefined): boolean {
    return (
      preset.grantBehaviour === 'union_by_us' || (connectionId !== undefined && this.lost.has(connectionId))
    );
  }
}

import { Injectable } from '@nestjs/common';
import { ConnectorDependents, ConnectorsService, type Connector } from '../connectors/index.js';
import { Clock, type Transaction } from '../platform/index.js';
import { UnsealError } from '../vault/index.js';
import { HeldPlacesRepository, type UnplacedTokenSet } from './held-places.repository.js';
import { TokenVault } from './token-vault.js';

const BATCH = 200;

/** Holds token sets to the places that they came from. */
@Injectable()
export class HeldPlaces {
  private isDone = false;

  constructor(
    private readonly rows: HeldPlacesRepository,
    private readonly connectors: ConnectorsService,
    private readonly vault: TokenVault,
    private readonly clock: Clock,
    dependents: ConnectorDependents,
  ) {
    dependents.onMove((tx, before) => this.leave(tx, before));
  }

  /** Binds what versions before sealed for no place; once a process is enough. */
  async bindAll(): Promise<void> {
    if (this.isDone) return;
    await this.connectors.bindSecrets();
    for (const connector of await this.connectors.all()) await this.bindTokenSets(connector);
    this.isDone = true;
  }

  private async leave(tx: Transaction, before: Connector): Promise<void> {
    await this.bindTokenSets(before, tx);
    await this.rows.endAll(tx, before.id, 'connector_moved', this.clock.date());
  }

  private async bindTokenSets(connector: Connector, tx?: Transaction): Promise<void> {
    let after = '';
    for (;;) {
      const page = await this.rows.withoutPlace(tx, connector.id, after, BATCH);
      for (const tokenSet of page) await this.bind(tokenSet, connector, tx);
      const last = page.at(-1);
      if (!last) return;
      after = last.id;
    }
  }

  /** One that does not open stays as it is: nobody can send it anywhere. */
  private async bind(tokenSet: UnplacedTokenSet, connector: Connector, tx?: Transaction): Promise<void> {
    try {
      const sealed = await this.vault.bound(tokenSet.sealed, tokenSet, connector);
      if (sealed) await this.rows.reseal(tx, tokenSet, sealed);
    } catch (error) {
      if (!(error instanceof UnsealError)) throw error;
    }
  }
}

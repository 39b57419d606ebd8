import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { ConnectorDependents, ConnectorsService, type Connector } from '../connectors/index.js';
import { Clock, Jobs, type Transaction } from '../platform/index.js';
import { UnsealError } from '../vault/index.js';
import { HeldPlacesRepository, type UnplacedTokenSet } from './held-places.repository.js';
import { TokenVault } from './token-vault.js';

const EVERY_MS = 5_000;
const BATCH = 200;

/** Holds token sets to the places that they came from. */
@AuditsNothing('seals stored token sets for where they came from; none of them changes')
@Injectable()
export class HeldPlaces implements OnApplicationBootstrap {
  private isDone = false;

  constructor(
    private readonly rows: HeldPlacesRepository,
    private readonly connectors: ConnectorsService,
    private readonly vault: TokenVault,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    dependents: ConnectorDependents,
  ) {
    dependents.onMove((tx, before) => this.leave(tx, before));
  }

  onApplicationBootstrap(): void {
    this.jobs.every(EVERY_MS, 'binding token sets to their places', () => this.bindAll());
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

import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { ConnectorsService, type Connector } from '../../connectors/index.js';
import { Clock } from '../../platform/index.js';
import { UsersService } from '../../users/index.js';
import type { Authorization } from '../authorization.js';
import { RedirectUris } from '../hosted/redirect-uris.js';

/** The services that the steps of a verification share. */
@Injectable()
export class VerificationContext {
  constructor(
    private readonly connectors: ConnectorsService,
    readonly users: UsersService,
    readonly redirectUris: RedirectUris,
    readonly clock: Clock,
    readonly audit: Audit,
  ) {}

  isExpired({ expiresAt }: Pick<Authorization, 'expiresAt'>): boolean {
    return expiresAt.getTime() <= this.clock.now();
  }

  /** @throws Problem 422 `invalid_connector`, 403 `connector_disabled` */
  connector(idOrTarget: string): Promise<Connector> {
    return this.connectors.require(idOrTarget);
  }
}

import { Module } from '@nestjs/common';
import { VaultModule } from '../vault/index.js';
import { ConfiguredConnectors } from './configured-connectors.js';
import { ClientDocumentController } from './client-document.controller.js';
import { ConnectorChanges } from './connector-changes.js';
import { ConnectorDependents } from './connector-dependents.js';
import { ConnectorTerminations } from './connector-terminations.js';
import { ConnectorMoves } from './connector-moves.js';
import { ConnectorSecrets } from './connector-secrets.js';
import { ConnectorsController } from './connectors.controller.js';
import { ConnectorsRepository } from './connectors.repository.js';
import { ConnectorsService } from './connectors.service.js';
import { SealedClientSecrets } from './sealed-client-secrets.js';

/**
 * Our OAuth clients at the authorization servers, from the connectors file, the demo or an operator, their secrets
 * sealed. It speaks to no provider and knows no connection: connections does.
 */
@Module({
  imports: [VaultModule],
  controllers: [ConnectorsController, ClientDocumentController],
  providers: [
    ConnectorsService,
    ConnectorsRepository,
    ConnectorSecrets,
    SealedClientSecrets,
    ConfiguredConnectors,
    ConnectorChanges,
    ConnectorTerminations,
    ConnectorDependents,
    ConnectorMoves,
  ],
  exports: [ConnectorsService, ConnectorChanges, ConnectorTerminations, ConnectorDependents],
})
export class ConnectorsModule {}

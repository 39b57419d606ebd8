import { Module } from '@nestjs/common';
import { VaultModule } from '../vault/index.js';
import { ConnectorsController } from './connectors.controller.js';
import { ConnectorsRepository } from './connectors.repository.js';
import { ConnectorsService } from './connectors.service.js';
import { SealedClientSecrets } from './sealed-client-secrets.js';

/**
 * Our OAuth clients at the authorization servers, from the connectors file or the demo, their secrets sealed.
 * It speaks to no provider: connections does.
 */
@Module({
  imports: [VaultModule],
  controllers: [ConnectorsController],
  providers: [ConnectorsService, ConnectorsRepository, SealedClientSecrets],
  exports: [ConnectorsService],
})
export class ConnectorsModule {}

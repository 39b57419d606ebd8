import type { ConnectorsFile } from '@valetkey/twin';
import { AgentsModule } from '../../agents/index.js';
import { AuditModule } from '../../audit/index.js';
import { ConnectionsModule } from '../../connections/index.js';
import { ConnectorsModule, ConnectorsService, parseConnectorsFile } from '../../connectors/index.js';
import { OperatorsModule } from '../../operators/index.js';
import { createTwinWorld, type TwinWorld } from '../../platform/testing/index.js';
import { UsersModule } from '../../users/index.js';
import { VaultModule } from '../../vault/index.js';
import { GatewayModule } from '../gateway.module.js';

const GATEWAY_ROOMS = [
  GatewayModule,
  ConnectionsModule,
  ConnectorsModule,
  AgentsModule,
  UsersModule,
  OperatorsModule,
  VaultModule,
  AuditModule,
];

/** Everything up to this room, connected to the twin but for the base URLs that are given. */
export function createGatewayWorld(
  processes = 1,
  providers: Partial<ConnectorsFile['providers']> = {},
): Promise<TwinWorld> {
  return createTwinWorld({
    processes,
    modules: GATEWAY_ROOMS,
    connect: (app, file) => {
      const changed = { ...file, providers: { ...file.providers, ...providers } };
      return app.get(ConnectorsService).apply(parseConnectorsFile(changed, 'twin', {}), 'file');
    },
  });
}

import type { ConnectorsFile } from '@valetkey/twin';
import { CONNECTED_ROOMS } from '../../authorizations/testing/index.js';
import { ConnectorsService, parseConnectorsFile } from '../../connectors/index.js';
import { createTwinWorld, type TwinWorld } from '../../platform/testing/index.js';
import { GatewayModule } from '../gateway.module.js';

/** Everything up to this room, connected to the twin but for the base URLs that are given. */
export function createGatewayWorld(
  processes = 1,
  providers: Partial<ConnectorsFile['providers']> = {},
): Promise<TwinWorld> {
  return createTwinWorld({
    processes,
    rooms: [GatewayModule, ...CONNECTED_ROOMS],
    connect: (app, file) => {
      const changed = { ...file, providers: { ...file.providers, ...providers } };
      return app.get(ConnectorsService).apply(parseConnectorsFile(changed, 'twin', {}), 'file');
    },
  });
}

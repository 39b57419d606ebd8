import { AgentsModule } from '../../agents/index.js';
import { AuditModule } from '../../audit/index.js';
import { ConnectionsModule } from '../../connections/index.js';
import { ConnectorsModule, ConnectorsService, parseConnectorsFile } from '../../connectors/index.js';
import { OAuthModule } from '../../oauth/index.js';
import { OperatorsModule } from '../../operators/index.js';
import { createTwinWorld, type TwinWorld, type TwinWorldOptions } from '../../platform/testing/index.js';
import { RevocationsModule } from '../../revocations/index.js';
import { UsersModule } from '../../users/index.js';
import { VaultModule } from '../../vault/index.js';
import { AuthorizationsModule } from '../authorizations.module.js';

export const GOOGLE = {
  events: 'https://www.googleapis.com/auth/calendar.events',
  readEvents: 'https://www.googleapis.com/auth/calendar.events.readonly',
  sendMail: 'https://www.googleapis.com/auth/gmail.send',
};

/** Everything up to this room. */
export const CONNECTED_ROOMS = [
  AuthorizationsModule,
  RevocationsModule,
  ConnectionsModule,
  OAuthModule,
  ConnectorsModule,
  AgentsModule,
  UsersModule,
  OperatorsModule,
  VaultModule,
  AuditModule,
];

/** These rooms, connected to the twin, and `more` of those to the left. */
export function createConnectedWorld(
  processes = 1,
  env: Readonly<Record<string, string>> = {},
  more: TwinWorldOptions['rooms'] = [],
): Promise<TwinWorld> {
  return createTwinWorld({
    processes,
    env,
    rooms: [...more, ...CONNECTED_ROOMS],
    connect: (app, file) => app.get(ConnectorsService).apply(parseConnectorsFile(file, 'twin', {}), 'file'),
  });
}

/** The row of a connection's token set. */
export async function tokenRow({ database }: TwinWorld, connectionId: string) {
  const [row] = await database.query<{
    sealed: Buffer;
    version: number;
    refreshable: boolean;
    lease_holder: string | null;
  }>('SELECT * FROM token_sets WHERE connection_id = $1', [connectionId]);
  if (!row) throw new Error(`${connectionId} holds no token set`);
  return row;
}

/** The part of that row that no outage may touch. */
export async function tokenBytes(world: TwinWorld, connectionId: string) {
  const { sealed, version, refreshable, lease_holder: leaseHolder } = await tokenRow(world, connectionId);
  return { sealed, version, refreshable, leaseHolder };
}

import { ConnectorsService, parseConnectorsFile } from '../../connectors/index.js';
import { APP_CALLBACK, type TwinWorld } from '../../platform/testing/index.js';
import { PLIANT_CLIENT, type Manners, type PliantServer } from './pliant-server.js';

export interface TripOptions {
  readonly issuer?: string;
  readonly scope?: string;
  /** Members of the connector. */
  readonly connector?: object;
}

let count = 0;

/** The guide's trip at a server with these manners, with a connector of its own. Gives the connection, or what refused it. */
export async function pliantTrip(
  world: TwinWorld,
  pliant: PliantServer,
  manners: Manners,
  { issuer = pliant.url, scope = '', connector }: TripOptions = {},
) {
  const target = `server-${++count}`;
  const definition = { target, preset: 'oidc', ...PLIANT_CLIENT, endpoints: { issuer }, ...connector };
  const file = parseConnectorsFile({ connectors: [definition] }, 'spec', {});
  await world.apps[0].get(ConnectorsService).apply(file, 'operator');
  // Documents are believed for ten minutes.
  world.clock.advance(11 * 60_000);
  pliant.manners = manners;
  const user = await world.user(`user-of-${target}`);
  const request = { connectorId: target, state: 'state', redirectUri: APP_CALLBACK, scope };
  const { status, body } = await user.post('/api/verification/social', request);
  if (status !== 201) return { status, body };
  const { verificationRecordId, authorizationUri } = body;
  const asked = new URL(authorizationUri).searchParams;
  const connectorData = {
    state: 'state',
    redirectUri: APP_CALLBACK,
    code: pliant.agree(authorizationUri),
  };
  const answer = { verificationRecordId, connectorData };
  const verified = await user.post('/api/verification/social/verify', answer);
  if (verified.status !== 200) return { ...verified, asked };
  await user.store(target, verificationRecordId);
  const { body: connections } = await user.get('/my-account/connections');
  return { status: 200, body: connections.data[0], asked };
}

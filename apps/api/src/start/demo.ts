import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AgentsService } from '../agents/index.js';
import { SettingsError, type Settings } from '../config/index.js';
import { Authorizations, DemoUser } from '../authorizations/index.js';
import { callbackUrl, ConnectorsService, readConnectorsFile } from '../connectors/index.js';
import { UsersService } from '../users/index.js';
import { startTwinProcess, type TwinProcess } from './twin-process.js';

/** The facts of the demo; also the file that `npm run demo` reads. */
export interface DemoSession {
  readonly url: string;
  readonly twinUrl: string;
  readonly userId: string;
  readonly agentKey: string;
}

const USER_ID = 'demo-user';
const AGENT_NAME = 'demo-agent';
const SYSTEM = { actor: { type: 'system', id: 'demo' } } as const;

/** The targets of the twin's connectors. */
const DEMO_TARGETS = ['google', 'github', 'github-app', 'dropbox'];

/** The twin's redirect URI for any loopback address: readers who try the guide's code use a port of their own. */
const ANY_LOOPBACK = 'loopback';

/** Whether the demo runs: when requested, or when nothing is configured and this is not production. */
export async function wantsDemo(app: NestFastifyApplication, settings: Settings): Promise<boolean> {
  if (settings.demo === 'on' && settings.connectorsFile)
    throw new SettingsError('VALETKEY_DEMO=on brings its own connectors; unset VALETKEY_CONNECTORS_FILE');
  if (settings.demo !== 'auto') return settings.demo === 'on';
  if (settings.production || settings.connectorsFile || settings.role !== 'all') return false;
  const connectors = await app.get(ConnectorsService).all();
  // A connector of an operator counts as configuration, enabled or not: the demo must not take its target.
  return connectors.every(
    ({ source, disabledAt }) => source === 'demo' || (source === 'file' && disabledAt !== undefined),
  );
}

/** The targets whose connectors, created at the dashboard, have ended a demo that ran here before. */
export async function demoEndedBy(app: NestFastifyApplication, settings: Settings): Promise<string[]> {
  const connectors = await app.get(ConnectorsService).all();
  if (settings.demo !== 'auto' || settings.production || !connectors.some(({ source }) => source === 'demo'))
    return [];
  return connectors.filter(({ source }) => source === 'operator').map(({ target }) => target);
}

/** Starts the twin and makes the demo's connectors, user and agent. */
export async function startDemo(
  app: NestFastifyApplication,
  settings: Settings,
): Promise<{ twin: TwinProcess; session: DemoSession }> {
  const directory = join(settings.dataDir, 'demo');
  const twin = await startTwinProcess(directory, [
    ...DEMO_TARGETS.map((target) => callbackUrl(settings, target)),
    ANY_LOOPBACK,
    ...(settings.redirectUris ?? []),
  ]);
  await app.get(ConnectorsService).apply(readConnectorsFile(twin.connectorsFile, process.env), 'demo');
  await app.get(UsersService).ensure(USER_ID, { name: 'Ada Lovelace', email: 'ada@example.com' });
  const agentKey = await demoAgentKey(app.get(AgentsService), join(directory, 'agent-key'));
  const demo = app.get(DemoUser);
  demo.id = USER_ID;
  demo.links = [
    { label: 'API description', url: '/docs' },
    { label: 'What was done for the demo user', url: '/connect/history' },
  ];
  const session = { url: settings.publicUrl, twinUrl: twin.url, userId: USER_ID, agentKey };
  writeFileSync(join(directory, 'session.json'), JSON.stringify(session, null, 2), { mode: 0o600 });
  return { twin, session };
}

/**
 * Ends an earlier demo: its connectors are disabled, and its agent's key, which is in a file and was printed, is
 * revoked.
 */
export async function endDemo(app: NestFastifyApplication, { dataDir }: Settings): Promise<void> {
  const connectors = app.get(ConnectorsService);
  const wasHere =
    (await connectors.all()).some(({ source }) => source === 'demo') || existsSync(join(dataDir, 'demo'));
  if (!wasHere) return;
  await connectors.disableSource('demo');
  const agents = app.get(AgentsService);
  const agent = await agents.findByName(AGENT_NAME);
  if (agent && !agent.disabledAt) await agents.update(agent.id, { disabled: true }, SYSTEM);
}

/** A link that the reader of the banner can click to connect the demo user. */
export async function demoConnectLink(app: NestFastifyApplication): Promise<string> {
  const connector = await app.get(ConnectorsService).findConnector('google');
  if (!connector) throw new Error('the demo has no connector "google"');
  const scopes = ['https://www.googleapis.com/auth/calendar.events.readonly'];
  const link = await app
    .get(Authorizations)
    .link({ userId: USER_ID, connector, scopes, reasons: ['List calendar events'], ...SYSTEM });
  return link.authorizationUri;
}

async function demoAgentKey(agents: AgentsService, path: string): Promise<string> {
  const known = readKey(path);
  if (known !== undefined && (await agents.authenticate(known))) return known;
  const agent = await agents.findByName(AGENT_NAME);
  if (agent?.disabledAt) {
    await agents.update(agent.id, { disabled: false }, SYSTEM);
    if (known !== undefined && (await agents.authenticate(known))) return known;
  }
  const { key } = agent ? await agents.addKey(agent.id, SYSTEM) : await agents.create(AGENT_NAME, {}, SYSTEM);
  writeFileSync(path, key, { mode: 0o600 });
  return key;
}

function readKey(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

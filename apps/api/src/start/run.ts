import process from 'node:process';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Settings } from '../config/index.js';
import { ConnectorsService, type ConnectorsFile } from '../connectors/index.js';
import { HealthService } from '../health/index.js';
import { OperatorsService } from '../operators/index.js';
import { Log } from '../platform/index.js';
import { createApplication } from './application.js';
import { banner } from './banner.js';
import type { Database } from './database.js';
import { demoConnectLink, demoEndedBy, endDemo, startDemo, wantsDemo } from './demo.js';
import { giveBackStartUpMemory } from './start-up-memory.js';
import type { TwinProcess } from './twin-process.js';

const LONGEST_DRAIN_MS = 60_000;

/** The parts that run and have to be stopped, in this order. */
interface Running {
  app?: NestFastifyApplication;
  twin?: TwinProcess;
  database?: Database | undefined;
}

/**
 * Starts everything that the settings ask for, on a database that is still starting.
 * @throws SettingsError; everything started before, the database included, is stopped again then
 */
export async function run(
  settings: Settings,
  database: Promise<Database>,
  connectorsFile: ConnectorsFile | undefined,
): Promise<void> {
  const running: Running = {};
  try {
    await start(settings, database, connectorsFile, running);
    giveBackStartUpMemory();
  } catch (error) {
    running.database ??= await database.catch(() => undefined);
    await stop(running);
    throw error;
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void drain(running));
  void running.database?.lost.then((reason) => {
    process.stderr.write(`The embedded PostgreSQL has ended (${reason}); stopping.\n`);
    process.exit(1);
  });
}

async function start(
  settings: Settings,
  database: Promise<Database>,
  connectorsFile: ConnectorsFile | undefined,
  running: Running,
): Promise<void> {
  running.database = await database;
  const app = await createApplication(settings, running.database.url);
  running.app = app;
  await app.init();
  const connectors = app.get(ConnectorsService);
  if (connectorsFile) await connectors.apply(connectorsFile, 'file');
  const demo = (await wantsDemo(app, settings)) ? await startDemo(app, settings) : undefined;
  if (demo) running.twin = demo.twin;
  else if (settings.role !== 'worker') await endDemo(app, settings);
  if (settings.role === 'worker') {
    await listenForProbes(app, settings);
    return;
  }
  const firstOwner = await app.get(OperatorsService).ensureFirstOwner();
  await app.listen(settings.port, settings.host);
  const endedBy = demo ? [] : await demoEndedBy(app, settings);
  const facts = { settings, embedded: running.database.embedded, firstOwner, demoEndedBy: endedBy };
  process.stdout.write(
    `${banner(demo ? { ...facts, demo: { ...demo.session, connectLink: await demoConnectLink(app) } } : facts)}\n`,
  );
}

/** A worker serves health and metrics if it can; an API beside it that has the port is no reason to stop. */
async function listenForProbes(app: NestFastifyApplication, settings: Settings): Promise<void> {
  const log = app.get(Log);
  try {
    await app.listen(settings.port, settings.host);
    log.log('worker is ready', { probes: `http://${settings.host}:${settings.port}/health/ready` });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    log.log('worker is ready; its port is taken, so it serves no probes', { port: settings.port });
  }
}

/** Lets requests and jobs in hand finish, then stops; a second signal does not wait. */
async function drain(running: Running): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
  setTimeout(() => process.exit(1), LONGEST_DRAIN_MS).unref();
  running.app?.get(HealthService).drain();
  await stop(running);
  process.exit(0);
}

async function stop({ app, twin, database }: Running): Promise<void> {
  await app?.close();
  await twin?.stop();
  await database?.close();
}

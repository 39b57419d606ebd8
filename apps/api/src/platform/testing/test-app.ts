import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import cookie from '@fastify/cookie';
import { Module, type DynamicModule, type ModuleMetadata, type Provider, type Type } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadSettings, type Settings } from '../../config/index.js';
import { newId } from '../identifiers.js';
import { PlatformModule } from '../platform.module.js';
import { Clock } from '../time/clock.js';
import { OPERATOR_KEY } from './caller.js';
import { TestClock } from './test-clock.js';
import { settleBeforeLooks } from './test-database.js';

const ENCRYPTION_KEY = `spec:${randomBytes(32).toString('base64')}`;

export interface TestAppOptions {
  /** The rooms that take part; the platform is always included. */
  readonly modules: readonly (Type | DynamicModule)[];
  readonly databaseUrl: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: TestClock;
}

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly clock: TestClock;
  readonly settings: Settings;
  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T;
  /** Ends the process, once however often it is asked. */
  close(): Promise<void>;
}

/** Settings of a process that serves requests and works on no queue; all processes of a spec share their keys. */
export function testSettings(env: Readonly<Record<string, string>> = {}): Settings {
  return loadSettings({
    VALETKEY_DATA_DIR: tmpdir(),
    VALETKEY_ENCRYPTION_KEYS: ENCRYPTION_KEY,
    VALETKEY_OPERATOR_API_KEY: OPERATOR_KEY,
    VALETKEY_LOG_LEVEL: 'silent',
    VALETKEY_ROLE: 'api',
    ...env,
  });
}

/** The real rooms on a real database, answering requests without a socket; only the clock is the spec's. */
export async function createTestApp(options: TestAppOptions): Promise<TestApp> {
  const clock = options.clock ?? new TestClock();
  const settings = testSettings(options.env);
  const platform = withClock(PlatformModule.with(settings, options.databaseUrl), clock);
  const adapter = new FastifyAdapter({ genReqId: () => newId('req') });
  const root: DynamicModule = { module: SpecModule, imports: [...options.modules, platform] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, {
    logger: false,
    abortOnError: false,
  });
  await app.register(cookie);
  try {
    await app.init();
  } catch (error) {
    // Work that had begun by then would go on during later specs.
    await app.close().catch(() => undefined);
    throw error;
  }
  const forget = settleBeforeLooks(options.databaseUrl, () => settleLog(app));
  let closing: Promise<void> | undefined;
  return {
    app,
    clock,
    settings,
    get: (type) => app.get(type, { strict: false }),
    close: () => {
      forget();
      return (closing ??= app.close());
    },
  };
}

/** Has events that are committed take their places in the log; the room that does it is above this one. */
async function settleLog(app: NestFastifyApplication): Promise<void> {
  for (const { providers } of app.get(ModulesContainer).values())
    for (const { name, instance } of providers.values())
      if (name === 'Sequencer') await (instance as { settled(): Promise<void> }).settled();
}

@Module({})
class SpecModule {}

function withClock(platform: DynamicModule, clock: Clock): DynamicModule {
  const providers: ModuleMetadata['providers'] = (platform.providers ?? []).map((provider): Provider =>
    typeof provider === 'object' && provider.provide === Clock
      ? { provide: Clock, useValue: clock }
      : provider,
  );
  return { ...platform, providers };
}

import { startTwin, type ConnectorsFile, connectorsFileFor, TWIN_TARGETS, type Twin } from '@valetkey/twin';
import { createTestApp, type TestApp, type TestAppOptions } from './test-app.js';
import { APP_CALLBACK, Caller } from './caller.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { TestClock } from './test-clock.js';

/** The real rooms, a database and the provider twin, all by one clock. */
export interface TwinWorld {
  readonly twin: Twin;
  readonly database: TestDatabase;
  readonly clock: TestClock;
  /** As many processes as were asked for, on the one database. */
  readonly apps: readonly [TestApp, ...TestApp[]];
  /** A user whose token outlives every test. */
  user(userId: string): Promise<Caller>;
  agent(rawTokens?: boolean): Promise<Caller>;
  /** Starts one more process, with another clock or other settings. The spec closes it. */
  start(differently: Pick<TestAppOptions, 'clock' | 'env'>): Promise<TestApp>;
  close(): Promise<void>;
}

export interface TwinWorldOptions {
  readonly modules: TestAppOptions['modules'];
  readonly env?: TestAppOptions['env'];
  readonly processes?: number;
  /** Brings the connectors of the twin's file into an app. */
  readonly connect: (app: TestApp, file: ConnectorsFile) => Promise<void>;
}

/** @returns the world, started; `close` it when the spec ends */
export async function createTwinWorld(options: TwinWorldOptions): Promise<TwinWorld> {
  const clock = new TestClock();
  const [twin, database] = await Promise.all([
    startTwin({
      clock: () => clock.now(),
      redirectUris: [
        APP_CALLBACK,
        ...TWIN_TARGETS.map((target) => `http://localhost:3000/oauth/callback/${target}`),
      ],
    }),
    createTestDatabase(),
  ]);
  const start = async (differently: Pick<TestAppOptions, 'clock' | 'env'> = {}) => {
    const { modules, env = {} } = options;
    const app = await createTestApp({ modules, env, clock, databaseUrl: database.url, ...differently });
    await options.connect(app, connectorsFileFor(twin.url));
    return app;
  };
  const first = await start();
  const others: TestApp[] = [];
  for (let process = 1; process < (options.processes ?? 1); process++) others.push(await start());
  const apps = [first, ...others] as const;
  return {
    twin,
    database,
    clock,
    apps,
    user: (userId) => Caller.user(first.app, userId),
    agent: (rawTokens) => Caller.agent(first.app, rawTokens),
    start,
    close: async () => {
      await Promise.all(apps.map((app) => app.close()));
      await twin.close();
      await database.drop();
    },
  };
}

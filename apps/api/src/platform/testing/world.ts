import { Caller } from './caller.js';
import { createTestApp, type TestApp, type TestAppOptions } from './test-app.js';
import { TestClock } from './test-clock.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

export interface WorldOptions {
  /** The rooms that take part; the platform is always included. */
  readonly rooms: TestAppOptions['modules'];
  readonly env?: TestAppOptions['env'];
  readonly clock?: TestClock;
  /** How many processes start with the world: one, where nothing else is said. */
  readonly processes?: number;
  /** Done to each process when it has started. */
  readonly prepare?: (app: TestApp) => unknown;
  /** Instead of a new database; it is dropped with the world. */
  readonly database?: TestDatabase;
}

/** The ways in which one process of a world may differ from the others. */
export type Differently = Partial<Omit<TestAppOptions, 'modules'>>;

/** Rooms in one or more processes, on a database of their own and by one clock. */
export interface World<Apps extends readonly TestApp[] = readonly [TestApp, ...TestApp[]]> {
  readonly database: TestDatabase;
  readonly clock: TestClock;
  /** The processes that started with the world. */
  readonly apps: Apps;
  /** A user whose token outlives every test. */
  user(userId: string): Promise<Caller>;
  agent(rawTokens?: boolean): Promise<Caller>;
  /** Starts one more process, which ends with the world if it has not ended before. */
  start(differently?: Differently): Promise<TestApp>;
  /** Ends all processes that still run. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the rooms on a new database; `close` the world when the spec ends. */
export function createWorld(
  options: WorldOptions & { readonly processes: 0 },
): Promise<World<readonly TestApp[]>>;
export function createWorld(
  options: WorldOptions & { readonly processes: 2 },
): Promise<World<readonly [TestApp, TestApp]>>;
export function createWorld(options: WorldOptions): Promise<World>;
export async function createWorld(options: WorldOptions): Promise<World<readonly TestApp[]>> {
  const { rooms, env = {}, clock = new TestClock(), processes = 1 } = options;
  const database = options.database ?? (await createTestDatabase());
  const running: TestApp[] = [];
  const start = async (differently: Differently = {}) => {
    const same = { modules: rooms, databaseUrl: database.url, env, clock };
    const app = await createTestApp({ ...same, ...differently });
    running.push(app);
    await options.prepare?.(app);
    return app;
  };
  const stop = async () => {
    await Promise.all(running.splice(0).map((app) => app.close()));
  };
  const close = async () => {
    await stop();
    await database.drop();
  };
  const apps: TestApp[] = [];
  try {
    for (let process = 0; process < processes; process++) apps.push(await start());
  } catch (error) {
    await close();
    throw error;
  }
  const first = () => (apps[0] as TestApp).app;
  return {
    database,
    clock,
    apps,
    user: (userId) => Caller.user(first(), userId),
    agent: (rawTokens) => Caller.agent(first(), rawTokens),
    start,
    stop,
    close,
  };
}

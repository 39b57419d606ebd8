import { startTwin, type ConnectorsFile, connectorsFileFor, TWIN_TARGETS, type Twin } from '@valetkey/twin';
import type { TestApp } from './test-app.js';
import { APP_CALLBACK } from './caller.js';
import { TestClock } from './test-clock.js';
import { createWorld, type World, type WorldOptions } from './world.js';

/** A world with the provider twin, by the same clock. */
export interface TwinWorld extends World {
  readonly twin: Twin;
}

export interface TwinWorldOptions extends Pick<WorldOptions, 'rooms' | 'env' | 'processes'> {
  /** Brings the connectors of the twin's file into an app. */
  readonly connect: (app: TestApp, file: ConnectorsFile) => Promise<void>;
}

/** @returns the world, started; `close` it when the spec ends */
export async function createTwinWorld({ connect, ...options }: TwinWorldOptions): Promise<TwinWorld> {
  const clock = new TestClock();
  const twin = await startTwin({
    clock: () => clock.now(),
    redirectUris: [
      APP_CALLBACK,
      ...TWIN_TARGETS.map((target) => `http://localhost:3000/oauth/callback/${target}`),
    ],
  });
  const prepare = (app: TestApp) => connect(app, connectorsFileFor(twin.url));
  const world = await createWorld({ ...options, clock, prepare });
  return {
    ...world,
    twin,
    close: async () => {
      await world.stop();
      await twin.close();
      await world.close();
    },
  };
}

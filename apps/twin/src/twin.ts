import cors from '@fastify/cors';
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import type { AddressInfo } from 'node:net';
import { registerBodyParsers } from './body-parsers.js';
import { CallLog } from './control/call-log.js';
import { registerControl } from './control/routes.js';
import { TwinControl } from './control/twin-control.js';
import { registerDropbox } from './dropbox/routes.js';
import { ActiveFaults } from './faults/active-faults.js';
import { registerFaultHooks } from './faults/fault-hooks.js';
import { completeGithub } from './github/seed.js';
import { registerGithub } from './github/routes.js';
import { registerGoogle } from './google/routes.js';
import type { RandomSource } from './randomness.js';
import { secureRandom } from './randomness.js';
import { seedState } from './seed.js';
import { StateFile } from './state-file.js';
import { answerUnknownPath } from './unknown-path.js';
import { World } from './world.js';

/** How to start a twin. */
export interface TwinOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Where the state is kept; without it the twin forgets everything at its end. */
  stateFile?: string;
  /** Redirect URIs that the seeded clients accept. */
  redirectUris?: string[];
  /** Milliseconds since the epoch; default `Date.now`. */
  clock?: () => number;
  /** Source of tokens and ids; default the operating system's. */
  random?: RandomSource;
}

/** A running twin. */
export interface Twin {
  /** Base URL, without a slash at the end. */
  url: string;
  /** The control API, in process. */
  control: TwinControl;
  /** Writes the state and stops; connections that hang are cut. */
  close(): Promise<void>;
}

/** Starts the provider twin: Google, GitHub and Dropbox on one port. */
export async function startTwin(options: TwinOptions = {}): Promise<Twin> {
  const { host = '127.0.0.1', port = 0, clock = Date.now, redirectUris = [] } = options;
  const file = new StateFile(options.stateFile);
  const stored = file.load();
  if (stored) completeGithub(stored.github, clock());
  const seed = () => seedState(clock(), redirectUris);
  const world = new World({
    state: stored ?? (await seed()),
    clock,
    random: options.random ?? secureRandom,
    file,
  });
  const calls = new CallLog();
  const faults = new ActiveFaults();
  const control = new TwinControl({ world, calls, faults, seed });
  if (redirectUris.length) control.registerRedirectUri(redirectUris);
  const app = fastify({
    forceCloseConnections: true,
    bodyLimit: 32 * 1024 * 1024,
    routerOptions: { maxParamLength: 2000 },
  });
  await app.register(formbody);
  // Pages call these APIs from browsers; the control API is for nobody's page.
  await app.register(cors, {
    delegator: (request, done) => done(null, { origin: request.url.startsWith('/control') ? false : '*' }),
  });
  registerBodyParsers(app);
  registerFaultHooks(app, { world, calls, faults });
  app.setNotFoundHandler(answerUnknownPath);
  await registerProviders(app, world, control);
  await app.listen({ host, port });
  world.url = urlOf(app, host);
  world.changed();
  return {
    url: world.url,
    control,
    close: async () => {
      await app.close();
      world.persist();
    },
  };
}

async function registerProviders(app: FastifyInstance, world: World, control: TwinControl): Promise<void> {
  await app.register(async (scope) => registerGoogle(scope, world));
  await app.register(async (scope) => registerGithub(scope, world));
  await app.register(async (scope) => registerDropbox(scope, world));
  await app.register(async (scope) => registerControl(scope, control));
}

function urlOf(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

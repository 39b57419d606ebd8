import { existsSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import cookie from '@fastify/cookie';
import fastifyStatic from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/index.js';
import { HealthService } from '../health/index.js';
import { Log, newId, ProblemFilter } from '../platform/index.js';
import { AppModule } from './app.module.js';
import { serveApiDescription } from './api-pages.js';
import { allowCallingApps } from './cross-origin.js';
import { dropUntrusted, trustedProxies } from './forwarded-headers.js';
import { createHttpServer, refuseUnreadable } from './http-server.js';
import { MAX_BODY_BYTES, readBodies } from './request-bodies.js';
import { securityHeaders } from './security-headers.js';
import { answerUnknownRoutes } from './unknown-routes.js';

const DASHBOARD = fileURLToPath(new URL('../../../admin/dist', import.meta.url));

/** Builds the application; it does not listen or take jobs yet. */
export async function createApplication(
  settings: Settings,
  databaseUrl: string,
): Promise<NestFastifyApplication> {
  const isTrusted = trustedProxies(settings.trustedProxies);
  const serve: { app?: NestFastifyApplication } = {};
  const adapter = new FastifyAdapter({
    serverFactory: (handle: RequestListener) =>
      createHttpServer((request, response) => {
        dropUntrusted(isTrusted, request);
        handle(request, response);
      }),
    trustProxy: settings.trustedProxies.length > 0 && isTrusted,
    clientErrorHandler: refuseUnreadable,
    // A malformed URL matches no route, and no hook runs for it.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      void serve.app?.get(ProblemFilter).answer(error, request, reply.headers(securityHeaders(settings))),
    bodyLimit: MAX_BODY_BYTES,
    genReqId: () => newId('req'),
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: true },
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(settings, databaseUrl),
    adapter,
    {
      abortOnError: false,
      // The caller reports a failed start, once and in one line; Nest would print it before, with its stack.
      logger: false,
    },
  );
  serve.app = app;
  app.useLogger(quiet(app.get(Log)));
  readBodies(app);
  await app.register(cookie);
  // No response may be cached unless its route says so: most hold a token, a key or personal data.
  sendWithEveryAnswer(app, { ...securityHeaders(settings), 'cache-control': 'no-store' });
  await allowCallingApps(app);
  answerUnknownRoutes(app);
  measureRequests(app, app.get(HealthService));
  letConnectionsEnd(app, app.get(HealthService));
  if (settings.role === 'worker') {
    serveProbesOnly(app);
  } else {
    await serveApiDescription(app);
    await serveDashboard(app);
  }
  return app;
}

/** Drops Nest's messages about mapped routes at start. */
function quiet(log: Log) {
  const { error, warn } = { error: log.error.bind(log), warn: log.warn.bind(log) };
  return { log: () => undefined, debug: () => undefined, verbose: () => undefined, error, warn };
}

function sendWithEveryAnswer(app: NestFastifyApplication, headers: Readonly<Record<string, string>>): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (_request, reply, done) => {
      void reply.headers(headers);
      done();
    });
}

function measureRequests(app: NestFastifyApplication, { requests }: HealthService): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      requests.observe(
        { method: request.method, route: request.routeOptions.url ?? 'unknown', status: reply.statusCode },
        reply.elapsedTime / 1000,
      );
      done();
    });
}

/** A kept-alive connection would delay the shutdown: responses from then on announce that it closes. */
function letConnectionsEnd(app: NestFastifyApplication, health: HealthService): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, payload, done) => {
      if (health.isDraining) void reply.header('connection', 'close');
      done(null, payload);
    });
}

/** A worker answers only probes and metrics. */
function serveProbesOnly(app: NestFastifyApplication): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', (request, reply, done) => {
      if (/^\/(health\/|metrics$)/.test(request.url)) return done();
      void reply.status(404).send({ status: 404, code: 'not_found', detail: 'This process is a worker.' });
    });
}

async function serveDashboard(app: NestFastifyApplication): Promise<void> {
  if (!existsSync(join(DASHBOARD, 'index.html'))) {
    app.get(Log).warn('the dashboard is not built; run npm run build');
    return;
  }
  await app.register(fastifyStatic, {
    root: DASHBOARD,
    wildcard: false,
    preCompressed: true,
    globIgnore: ['**/*.{br,gz}'],
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Names of built files contain a hash of their content; the page that refers to them must be revalidated.
      reply.header(
        'cache-control',
        path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
}

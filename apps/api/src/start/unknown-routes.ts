import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Problem, shortened } from '../platform/index.js';

/** Answers requests that match no route, before any body is read: 405 with the methods of the address, or 404. */
export function answerUnknownRoutes(app: NestFastifyApplication): void {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', ({ url, method }) => {
    const route = known.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    known.set(url, route);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) return done();
    const [path = ''] = request.url.split('?', 1);
    const methods = new Set(
      [...known.values()].flatMap(({ pattern, methods: those }) => (pattern.test(path) ? [...those] : [])),
    );
    const { method } = request;
    done(methods.size > 0 ? wrongMethod(method, [...methods].sort()) : noRoute(method, path));
  });
}

/** The addresses that a Fastify route such as `/v1/tasks/:id` matches. */
function patternOf(url: string): RegExp {
  const parts = url
    .replace(/\/$/, '')
    .split('/')
    .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : part.replace(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${parts.join('/')}/?$`);
}

const wrongMethod = (method: string, methods: readonly string[]) =>
  new Problem('method_not_allowed', { method }, { allow: methods.join(', ') });

const noRoute = (method: string, path: string) =>
  new Problem('not_found.path', { message: shortened(`Cannot ${method} ${path}`) });

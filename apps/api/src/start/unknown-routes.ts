import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { escapeHtml, HostedAnswers, type HostedPage } from '../authorizations/index.js';
import { Problem, shortened } from '../platform/index.js';

/** Below these a person with a browser reads what a program would. */
const API = /^\/(v1|api|my-account)(\/|$)/;

/**
 * Answers requests that match no route, before any body is read: 405 with the methods of the address, or 404, which is a
 * page for a person with a browser.
 */
export function answerUnknownRoutes(app: NestFastifyApplication): void {
  const known = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();
  const pages = app.get(HostedAnswers, { strict: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', ({ url, method }) => {
    const route = known.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) route.methods.add(one);
    known.set(url, route);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const [path = ''] = request.url.split('?', 1);
    const methods = new Set(
      [...known.values()].flatMap(({ pattern, methods: those }) => (pattern.test(path) ? [...those] : [])),
    );
    const { method } = request;
    if (methods.size === 0 && wantsPage(request, path)) return pages.send(reply, 404, unknownPage(path));
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

function wantsPage({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>, path: string): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !API.test(path) && /\btext\/html\b/i.test(headers.accept ?? '');
}

/** The dashboard has its pages behind a `#`, which is easily lost from an address. */
function unknownPage(path: string): HostedPage {
  const inDashboard = escapeHtml(`/#${path}`);
  const body = [
    `<p>There is nothing at <code>${escapeHtml(shortened(path))}</code>.</p>`,
    `<p>Addresses of the dashboard have a <code>#</code> in them: <a href="${inDashboard}">open it there</a>.</p>`,
    '<p><a class="button" href="/">Go to the dashboard</a></p>',
    '<p class="soft">You were sent here by an app? Go back to it and try again from there.</p>',
  ];
  return { title: 'Page not found', body: body.join('') };
}

import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { DynamicModule, Type } from '@nestjs/common';
import { loadSettings } from '../config/index.js';
import { accessOf } from '../platform/testing/index.js';
import { AppModule } from './app.module.js';

interface Route {
  readonly name: string;
  readonly path: string;
  readonly method: number;
  readonly access: ReturnType<typeof accessOf>;
}

/** Nest's number for a method. */
const GET = 0;

const routes = controllersOf(AppModule.with(loadSettings({}), 'postgresql://localhost/none')).flatMap(
  routesOf,
);

describe('every route of the API', () => {
  it('is found by this walk', () => {
    expect(routes.length).toBeGreaterThan(45);
    expect(new Set(routes.map(({ name }) => name.split('.')[0])).size).toBeGreaterThan(10);
  });

  it.each(routes.map((route) => [route.name, route] as const))(
    '%s declares who may call it',
    (_, { access }) => {
      expect(access).toBeDefined();
      if (access?.publicBecause === undefined) expect(access?.callers.length).toBeGreaterThan(0);
      else expect(access.publicBecause.length).toBeGreaterThan(15);
    },
  );
});

describe('the routes that let everyone in', () => {
  it('are these and no others', () => {
    const open = routes.filter(({ access }) => access?.publicBecause !== undefined).map(({ path }) => path);
    expect([...new Set(open)].sort()).toEqual([
      '/.well-known/jwks.json',
      '/connect/:id',
      '/connect/:id/rest',
      '/connect/demo-session',
      '/connect/session',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/oauth/callback/:target',
      '/v1/operator/session',
    ]);
  });
});

describe('the routes of operators', () => {
  it('let nobody else in, but for the sign-in', () => {
    const wide = routes
      .filter(
        ({ path, method }) =>
          path.startsWith('/v1/operator/') && !(path.endsWith('/session') && method !== GET),
      )
      .filter(({ access }) => !access?.callers.includes('operator') || access.publicBecause !== undefined);
    expect(wide).toEqual([]);
  });
});

describe('the routes that hand out or run something for a user', () => {
  it.each(['/v1/actions/:action', '/v1/connections/:id/access-token'])(
    '%s is closed to operators',
    (path) => {
      const found = routes.filter((route) => route.path === path);
      expect(found).toHaveLength(1);
      expect(found[0]?.access?.callers).not.toContain('operator');
    },
  );

  // Those of one connection share their handlers with agents' and operators' routes; the guard keeps them for users.
  it('of the Account API are for users alone', () => {
    const account = routes.filter(
      ({ path }) => /^\/(api|my-account)\//.test(path) && !/connections\/:id(\/check)?$/.test(path),
    );
    expect(account.length).toBeGreaterThan(8);
    expect(account.filter(({ access }) => access?.callers.join() !== 'user')).toEqual([]);
  });
});

function controllersOf(module: Type | DynamicModule, seen = new Set<unknown>()): Type[] {
  const type = 'module' in module ? module.module : module;
  if (seen.has(type)) return [];
  seen.add(type);
  const listed = (key: 'imports' | 'controllers') => [
    ...((Reflect.getMetadata(key, type) as never[] | undefined) ?? []),
    ...(('module' in module ? module[key] : undefined) ?? []),
  ];
  return [
    ...(listed('controllers') as Type[]),
    ...(listed('imports') as Type[]).flatMap((imported) => controllersOf(imported, seen)),
  ];
}

function routesOf(controller: Type): Route[] {
  const prefixes = [Reflect.getMetadata('path', controller) as string | string[]].flat();
  const prototype = controller.prototype as Record<string, unknown>;
  const names = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  return names.flatMap((name) => {
    const handler = prototype[name];
    const paths = typeof handler === 'function' ? Reflect.getMetadata('path', handler) : undefined;
    if (paths === undefined) return [];
    return prefixes.flatMap((prefix) =>
      [paths as string | string[]].flat().map((path) => ({
        name: `${controller.name}.${name} ${path}`,
        path: `/${prefix}/${path}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1'),
        method: Reflect.getMetadata('method', handler as object) as number,
        access: accessOf(handler as object, controller),
      })),
    );
  });
}

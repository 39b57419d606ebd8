import 'reflect-metadata';
import type { DynamicModule, Type } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';
import { AUDITED, type AuditDeclaration } from '../../audit/index.js';
import { loadSettings } from '../../config/index.js';
import { ASKS, type Ask, type StepUpRule } from '../../platform/index.js';
import { accessOf } from '../../platform/testing/index.js';
import { AppModule } from '../app.module.js';

/** A route of the application, with what its handler declares. */
export interface Route {
  readonly name: string;
  readonly path: string;
  readonly method: number;
  readonly access: ReturnType<typeof accessOf>;
  readonly audited: AuditDeclaration | undefined;
  readonly asks: Ask | undefined;
  readonly stepsUp: StepUpRule | undefined;
  readonly unenrolled: boolean;
}

/** By Nest's number for each. */
export const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
export const GET = 0;

const root = AppModule.with(loadSettings({}), 'postgresql://localhost/none');
/** Every route of the application. */
export const routes = listedIn(root, 'controllers').flatMap(routesOf);

/** Everything that the modules of the application provide. */
export const providers = listedIn(root, 'providers');

function listedIn(
  module: Type | DynamicModule,
  key: 'controllers' | 'providers',
  seen = new Set<unknown>(),
): Type[] {
  const type = 'module' in module ? module.module : module;
  if (seen.has(type)) return [];
  seen.add(type);
  const listed = (name: 'imports' | typeof key) => [
    ...((Reflect.getMetadata(name, type) as never[] | undefined) ?? []),
    ...(('module' in module ? module[name] : undefined) ?? []),
  ];
  return [
    ...(listed(key) as Type[]),
    ...(listed('imports') as Type[]).flatMap((imported) => listedIn(imported, key, seen)),
  ];
}

function configOf(handler: object): FastifyContextConfig {
  return (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ?? {}) as FastifyContextConfig;
}

/** The events that something declares. */
export function declarationOf(target: object): AuditDeclaration | undefined {
  return Reflect.getMetadata(AUDITED, target) as AuditDeclaration | undefined;
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
        audited: auditedBy(handler as object, controller),
        asks: Reflect.getMetadata(ASKS, handler as object) as Ask | undefined,
        stepsUp: configOf(handler as object).stepsUp,
        unenrolled: configOf(handler as object).letsUnenrolled ?? false,
      })),
    );
  });
}

/** The declaration of a handler; the controller's counts for its routes that read. */
function auditedBy(handler: object, controller: Type): AuditDeclaration | undefined {
  const reads = Reflect.getMetadata('method', handler) === GET;
  return declarationOf(handler) ?? (reads ? declarationOf(controller) : undefined);
}

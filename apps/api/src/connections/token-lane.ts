import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CredentialReaders, Problem, traceOf } from '../platform/index.js';
import { AccountApiController } from './account-api.controller.js';
import { ConnectionsController } from './connections.controller.js';

const OF_ACCOUNT = /^\/(api\/)?my-account\/identities\/([\w-]+)\/access-token$/;
const OF_CONNECTION = /^\/v1\/connections\/(con_\w+)\/access-token$/;

/**
 * The short way to a token. What Nest does around a handler (guards, pipes, interceptors) takes longer than the read:
 * here the same handler is called at once, for a plain request of a caller whose credential was read a moment ago.
 * Nobody is refused here. Whatever is not a plain success goes the ordinary way, and is told there what is wrong; only
 * an outage is told at once, since a provider or database that is down is not to be asked twice.
 */
@Injectable()
export class TokenLane implements OnModuleInit {
  private connections!: ConnectionsController;
  private account!: AccountApiController;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly modules: ModuleRef,
    private readonly credentials: CredentialReaders,
  ) {}

  onModuleInit(): void {
    this.connections = this.modules.get(ConnectionsController);
    this.account = this.modules.get(AccountApiController);
    const fastify = this.http.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, reply, done) => {
      const answer = this.answer(request, reply);
      if (!answer) return done();
      answer.then(
        (body) => {
          if (body !== undefined) void reply.header('cache-control', 'no-store').send(body);
        },
        (error: unknown) => done(isOutage(error) ? (error as Error) : undefined),
      );
    });
  }

  /**
   * The body of the answer, or `undefined` when the handler has sent it. No promise: the request goes the ordinary way
   * from the start.
   */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> | undefined {
    const { method, url, headers } = request;
    if (method !== 'GET' || !url.endsWith('/access-token') || 'content-type' in headers) return undefined;
    const caller = this.credentials.recognize(request);
    if (!caller || caller.type === 'operator') return undefined;
    const trace = traceOf({ id: request.id, ip: request.ip, caller });
    const [, id] = OF_CONNECTION.exec(url) ?? [];
    if (id !== undefined) return this.connections.token(id, caller, trace);
    const [, api, target] = OF_ACCOUNT.exec(url) ?? [];
    if (target === undefined || caller.type !== 'user') return undefined;
    return api === undefined
      ? this.account.read(target, {}, caller, trace, reply)
      : this.account.readAsLogto(target, {}, caller, trace, reply);
  }
}

function isOutage(error: unknown): boolean {
  return !(error instanceof Problem) || error.status >= 500;
}

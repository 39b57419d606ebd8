import { Injectable, type CanActivate, type ExecutionContext, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost, Reflector } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ASKS, RoutePolicies, type Ask } from './asks.js';
import { bearerOf } from './bearer.js';
import type { Access, Caller, CallerRequest, CallerType } from './caller.js';
import { Problem } from '../problems/index.js';
import { RequestLimits } from './request-limits.js';
import { requireStepUp } from './step-up.js';

/** Reads one kind of credential. `undefined`: not this kind. An invalid credential of this kind throws a Problem. */
export interface CredentialReader {
  read(request: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined>;
}

/** The rooms that own a kind of credential register its reader here when they start. */
@Injectable()
export class CredentialReaders {
  private readonly readers: CredentialReader[] = [];
  private readonly resources = new Map<string, () => Promise<string | undefined>>();

  register(reader: CredentialReader): void {
    this.readers.push(reader);
  }

  /**
   * Says on a route, to a client without a valid credential, where the metadata of it is (RFC 9728, section 5.1).
   * @param metadataUrl `undefined` as long as there is none
   */
  describeResource(route: string, metadataUrl: () => Promise<string | undefined>): void {
    this.resources.set(route, metadataUrl);
  }

  /** @throws Problem 401 `authentication_required` or `invalid_credential` */
  async read(request: FastifyRequest): Promise<Caller> {
    const bearer = bearerOf(request.headers.authorization);
    for (const reader of this.readers) {
      const caller = await reader.read(request, bearer);
      if (caller) return caller;
    }
    const isRefused = request.headers.authorization !== undefined;
    const metadataUrl = await this.resources.get(request.routeOptions.url ?? '')?.();
    const metadata = metadataUrl === undefined ? '' : `, resource_metadata="${metadataUrl}"`;
    const challenge = { 'www-authenticate': (isRefused ? REFUSED : CHALLENGE) + metadata };
    throw new Problem(isRefused ? 'invalid_credential' : 'authentication_required', {}, challenge);
  }
}

/** RFC 6750, section 3: a request without a credential is told no error. */
const CHALLENGE = 'Bearer realm="valetkey"';
const REFUSED = `${CHALLENGE}, error="invalid_token"`;
const KINDS = {
  agent: 'an agent key (vk_agent_...)',
  user: 'a user token',
  operator: 'an operator session or operator key',
};

/** Admits the kinds of callers that the route names; a route that names none admits nobody. */
@Injectable()
export class CallerGuard implements CanActivate, OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly readers: CredentialReaders,
    private readonly policies: RoutePolicies,
    private readonly limits: RequestLimits,
    private readonly reflector: Reflector,
  ) {}

  /** Refuses callers before any of their body is read. */
  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', async (request: CallerRequest) => {
      const { access } = request.routeOptions.config;
      if (access && !access.publicBecause) await this.admit(request, access);
    });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CallerRequest>();
    const { access } = request.routeOptions.config;
    if (access?.publicBecause) return true;
    const caller = request.caller ?? (await this.admit(request, access));
    const another = caller.type === 'user' ? anotherUser(caller.id, request) : undefined;
    if (another) throw new Problem('other_user').asDenial(another.userId);
    if (caller.type === 'agent') {
      const ask = this.reflector.get<Ask | undefined>(ASKS, context.getHandler());
      await this.policies.ask(ask, caller, request);
    }
    return true;
  }

  /**
   * @throws Problem 401; 429 `rate_limited`; 403 `wrong_credential_kind`, `second_factor_missing`, `read_only_role` or
   * `step_up_required`
   */
  private async admit(request: CallerRequest, access: Access | undefined): Promise<Caller> {
    const caller = await this.readers.read(request);
    request.caller = caller;
    this.limits.take(caller);
    const { url = '', config } = request.routeOptions;
    const allowed = callersAt(url, access?.callers ?? []);
    const inSession = caller.type === 'agent' && caller.session !== undefined;
    if (!allowed.includes(caller.type) || (inSession && !config.admitsSessions)) {
      const needed = allowed.map((type) => KINDS[type]).join(' or ');
      throw new Problem('wrong_credential_kind', {
        needed: needed || 'no credential that exists',
        sent: inSession ? 'the token of a session (vk_session_...)' : KINDS[caller.type],
        neededCredentials: allowed,
      }).asDenial();
    }
    if (!config.letsUnenrolled) requireEnrolled(caller);
    if (!config.letsAuditors) requireWriter(caller, request.method);
    if (config.stepsUp === 'always') requireStepUp(caller);
    return caller;
  }
}

/** @throws Problem 403 `second_factor_missing` for an operator who has to set one up first */
function requireEnrolled(caller: Caller): void {
  if (caller.type === 'operator' && caller.mustEnrol) throw new Problem('second_factor_missing').asDenial();
}

/** @throws Problem 403 `read_only_role` for an auditor who would change something */
function requireWriter(caller: Caller, method: string): void {
  if (caller.type !== 'operator' || caller.role !== 'auditor' || ['GET', 'HEAD'].includes(method)) return;
  throw new Problem('read_only_role').asDenial();
}

/** The user id in the path, query or body that is not the caller's own; `userId` when it is a valid id. */
function anotherUser(own: string, { params, query, body }: FastifyRequest): { userId?: string } | undefined {
  const named = [params, query, body]
    .map((part) => (part as { userId?: unknown } | null | undefined)?.userId)
    .find((one) => one !== undefined && one !== own);
  if (named === undefined) return undefined;
  const isId = typeof named === 'string' && named.length <= 255 && !/[\p{Cc}\p{Cs}]/u.test(named);
  return isId ? { userId: named } : {};
}

/**
 * The kinds of callers that a route admits. A handler may serve, beside a route for agents, one for operators or one of
 * a user's own account: those admit operators or users only.
 */
export function callersAt(route: string, callers: readonly CallerType[]): readonly CallerType[] {
  if (route.startsWith('/v1/operator/')) return callers.filter((type) => type === 'operator');
  return route.startsWith('/my-account/') ? callers.filter((type) => type === 'user') : callers;
}

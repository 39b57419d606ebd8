import { createParamDecorator, Injectable, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { CallerOf, CallerRequest } from './caller.js';

/**
 * Verbs that the policy decides for agents, beside running actions and forwarding requests, with their effect on a
 * user's data. Rules name these as they name actions. The holder of an access token can do whatever its scopes allow,
 * so reading one counts as a write; for a task and for a schedule, the policy is asked about the
 * action too.
 */
export const VERBS = {
  'connection.list': 'read',
  'connection.read': 'read',
  'connection.check': 'read',
  'connection.rename': 'write',
  'connection.refresh': 'write',
  'connection.disconnect': 'destructive',
  'token.read': 'write',
  'user_token.mint': 'write',
  'authorization.create': 'write',
  'authorization.read': 'read',
  'provider.list': 'read',
  'action.list': 'read',
  'tool.list': 'read',
  'task.create': 'read',
  'task.list': 'read',
  'task.read': 'read',
  'task.cancel': 'write',
  'task.retry': 'write',
  'task.decide': 'write',
  'schedule.create': 'read',
  'schedule.list': 'read',
  'schedule.read': 'read',
  'schedule.update': 'write',
  'schedule.delete': 'write',
  'session.create': 'write',
  'session.read': 'read',
  'session.narrow': 'write',
  'session.end': 'write',
  'approval.list': 'read',
  'approval.read': 'read',
  'audit.read': 'read',
  'result.read': 'read',
} as const;

export type Verb = keyof typeof VERBS;

/** The kind of thing that `:id` of a route names; the room that owns it knows its user. */
export type AskedThing =
  'approval' | 'authorization' | 'connection' | 'result' | 'schedule' | 'session' | 'task';

/**
 * The question that the policy answers before a route serves an agent, and where the request names the user: in its
 * path, query or body, or by the id of a thing. A list without a user is asked about in general, and then for each user
 * on it.
 */
export type Ask =
  | { readonly verb: Verb; readonly user: AskedUser; readonly each: Verb | undefined }
  | { readonly inHandlerBecause: string };

type AskedUser = 'path' | 'query' | 'body' | 'nobody' | AskedThing;

export const ASKS = Symbol('asks');

/**
 * Asks the policy before this route serves an agent. A route that admits agents without asking serves none.
 * @param each the verb that is asked for each row of a list as well
 */
export const Asks = (verb: Verb, user: AskedUser, each?: Verb) =>
  SetMetadata(ASKS, { verb, user, each } satisfies Ask);

/** The handler asks, since it needs data that the guard does not have yet. */
export const AsksInHandler = (because: string) =>
  SetMetadata(ASKS, { inHandlerBecause: because } satisfies Ask);

/** The user whose thing it is, and the data that rules may look at. */
export interface AskedSubject {
  readonly userId: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Whether an agent may be shown a row of a list. */
export type MayShow = (subject: AskedSubject) => Promise<boolean>;

/** A request whose route has asked the policy. */
type AskedRequest = CallerRequest & { mayShow?: MayShow | undefined };

/** Decides a route's question. */
export interface RoutePolicy {
  /**
   * @returns for a list, a judge of each row; `undefined`: every row may be shown
   * @throws Problem 403 when the policy refuses
   */
  ask(ask: Ask, caller: CallerOf<'agent'>, request: CallerRequest): Promise<MayShow | undefined>;
}

/** The guard asks here what agents may do; the policies' room registers itself when it starts. */
@Injectable()
export class RoutePolicies {
  private policy: RoutePolicy | undefined;

  register(policy: RoutePolicy): void {
    this.policy = policy;
  }

  /** @throws Error for a route that asks nothing, and when no policy is registered */
  async ask(ask: Ask | undefined, caller: CallerOf<'agent'>, request: AskedRequest): Promise<void> {
    if (!ask) throw new Error(`${request.routeOptions.url ?? 'a route'} lets agents in and asks no policy`);
    if (!this.policy) throw new Error('nobody decides what agents may do');
    request.mayShow = await this.policy.ask(ask, caller, request);
  }
}

/** The judge of each row of a list; `undefined`: every row may be shown. */
export const CurrentMayShow = createParamDecorator(
  (_: unknown, context: ExecutionContext): MayShow | undefined =>
    context.switchToHttp().getRequest<AskedRequest>().mayShow,
);

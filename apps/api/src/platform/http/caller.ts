import '@fastify/cookie';
import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { DocumentedNote } from './api-description.js';
import { Problem } from '../problems/index.js';

/** The caller, as proven by the credential of this request. */
export type Caller =
  | {
      readonly type: 'agent';
      readonly id: string;
      readonly name: string;
      readonly keyId: string;
      readonly rawTokens: boolean;
      readonly userTokens: UserTokenRight;
      /** The session in which it acts, where its credential is the token of one. Then `keyId` is the session's id. */
      readonly session?: SessionOfUser | undefined;
    }
  | {
      readonly type: 'user';
      readonly id: string;
      /** Whether this token of the user may read access tokens. */
      readonly rawTokens: boolean;
      /** The agent that minted this token, whose policies apply to the access tokens that it reads. */
      readonly mintedBy?: string | undefined;
    }
  | {
      readonly type: 'operator';
      readonly id: string;
      readonly role: OperatorRole;
      readonly via: 'session' | 'key';
      /** A key that an owner made, whose id it is; the key of the settings is none. */
      readonly isMadeKey?: boolean | undefined;
      /** The session at the dashboard, where it is one. */
      readonly sessionId?: string | undefined;
      /** Whether the person in that session has proven who they are within `maxAge` seconds. */
      readonly proof?: { readonly isFresh: boolean; readonly maxAge: number } | undefined;
      /** A second factor is required, and this operator has none. */
      readonly mustEnrol?: boolean;
    };

/** The part of what an agent may do that a session leaves to it. Names are ids of actions or providers. */
export interface SessionScope {
  readonly tools: {
    /** Left out: all. */
    readonly allow?: readonly string[] | undefined;
    readonly deny: readonly string[];
    readonly pinned: readonly string[];
  };
  /** Ids of connections; left out: all. */
  readonly connections?: readonly string[] | undefined;
}

/** The scope of a session, and its user. */
export interface SessionOfUser extends SessionScope {
  readonly userId: string;
}

/** Rights of the user tokens that an agent mints; `none`: it mints none. */
export const USER_TOKEN_RIGHTS = ['any', 'without_raw_tokens', 'none'] as const;

export type UserTokenRight = (typeof USER_TOKEN_RIGHTS)[number];

/** An owner may do everything, an admin all but what is for owners, an auditor reads. */
export const OPERATOR_ROLES = ['owner', 'admin', 'auditor'] as const;

export type OperatorRole = (typeof OPERATOR_ROLES)[number];
export type CallerType = Caller['type'];
export type CallerOf<Types extends CallerType> = Extract<Caller, { type: Types }>;

/** The kinds of callers that a route admits, or everyone for a stated reason. */
export interface Access {
  readonly callers: readonly CallerType[];
  readonly publicBecause?: string;
}

/** When a route asks for a proof of late: on each request, or where its handler finds the request dangerous. */
export type StepUpRule = 'always' | { readonly inHandlerWhen: string };

export const ACCESS = Symbol('access');

declare module 'fastify' {
  // The declarations of our routes, where Fastify can read them before it reads a body.
  interface FastifyContextConfig {
    access?: Access;
    letsAuditors?: boolean;
    letsUnenrolled?: boolean;
    stepsUp?: StepUpRule;
    admitsSessions?: boolean;
    jsonMembers?: number;
  }
}

export function configure(handler: object, more: FastifyContextConfig): void {
  const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
  SetMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...known, ...more })(handler as never);
}

/** Declares the access of a route, or of all methods of a controller that declare none of their own. */
function declareAccess(access: Access): ClassDecorator & MethodDecorator {
  return (target: object, _key?: unknown, descriptor?: PropertyDescriptor) => {
    SetMetadata(ACCESS, access)((descriptor?.value ?? target) as never);
    if (descriptor) return configure(descriptor.value as object, { access });
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors((target as () => void).prototype)))
      if (typeof value === 'function' && !Reflect.hasMetadata(ACCESS, value)) configure(value, { access });
  };
}

/** The extension that holds an operation's callers until they are written out. */
export const ROUTE_CALLERS = 'x-valetkey-callers';

/** Admits these kinds of callers. Auditors may use GET routes only, and those with {@link LetAuditors}. */
export const AllowCallers = (...callers: CallerType[]) =>
  applyDecorators(
    declareAccess({ callers }),
    // A method's declaration replaces its class's, while OpenAPI's own decorator would add them up.
    DocumentedNote(ROUTE_CALLERS, callers),
  );

/** Lets the body of this route have more JSON members than others, for batches. */
export const TakesMembers = (jsonMembers: number) =>
  ((_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
    configure(value as object, { jsonMembers })) satisfies MethodDecorator;

/** Marks a route, and its operation in the description, as one that auditors may use whatever its method. */
export const LETS_AUDITORS = 'x-valetkey-lets-auditors';

/** Admits auditors to a route that is no GET: it changes nothing, or only the caller's own data. */
export const LetAuditors = () =>
  applyDecorators(
    (_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
      configure(value as object, { letsAuditors: true }),
    DocumentedNote(LETS_AUDITORS, true),
  );

/** Admits operators who have no second factor although one is required: they set it up here. */
export const LetUnenrolled = () =>
  ((_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
    configure(value as object, { letsUnenrolled: true })) satisfies MethodDecorator;

/** Admits agents also with the token of a session. The handler keeps them to the session's scope. */
export const AdmitSessions = () =>
  ((_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
    configure(value as object, { admitsSessions: true })) satisfies MethodDecorator;

/** Admits everyone; the reason is for the reader and for the spec that walks all routes. */
export const Public = (because: string) => declareAccess({ callers: [], publicBecause: because });

/** A request that went through the guard. */
export type CallerRequest = FastifyRequest & { caller?: Caller };

/** The caller of this request, as the guard found it. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<CallerRequest>();
  if (!caller) throw new Error('@CurrentCaller on a route that lets everyone in');
  return caller;
});

/** Id, address and credential of a request, for the audit log. */
export interface RequestTrace {
  readonly requestId: string;
  readonly ip: string;
  /** The credential of the caller: an agent key's id, or how an operator signed in. */
  readonly keyId?: string | undefined;
}

/** Id, address and credential of this request. */
export const CurrentTrace = createParamDecorator((_: unknown, context: ExecutionContext): RequestTrace => {
  return traceOf(context.switchToHttp().getRequest<CallerRequest>());
});

/** Id, address and credential of a request, for the audit log. */
export function traceOf({ id, ip, caller }: Pick<CallerRequest, 'id' | 'ip' | 'caller'>): RequestTrace {
  return { requestId: id, ip, keyId: caller && credentialOf(caller) };
}

function credentialOf(caller: Caller): string | undefined {
  if (caller.type === 'agent') return caller.keyId;
  if (caller.type !== 'operator') return undefined;
  return caller.isMadeKey ? caller.id : `operator_${caller.via}`;
}

/** Whether it is an operator of role owner. */
export function isOwner(caller: Caller): boolean {
  return caller.type === 'operator' && caller.role === 'owner';
}

/**
 * Admits only operators who are owners.
 * @throws Problem 403 `owner_required`
 */
export function requireOwner(caller: Caller): void {
  if (isOwner(caller)) return;
  throw new Problem('owner_required').asDenial();
}

/**
 * Admits only owners who could be asked, and the key of the settings: a key that an owner made gives nobody a credential of an
 * operator, so that nothing stays behind when it is revoked.
 * @throws Problem 403 `owner_required` or `key_not_allowed`
 */
export function requireOwnerInPerson(caller: Caller): void {
  requireOwner(caller);
  if (caller.type === 'operator' && caller.isMadeKey) throw new Problem('key_not_allowed').asDenial();
}

/** The rows that a caller sees of what callers ask for users: agents and users their own, operators all. */
export function ownRows(
  caller: Caller,
): { readonly userId?: string } | { readonly callerType: 'agent'; readonly callerId: string } {
  if (caller.type === 'operator') return {};
  return caller.type === 'user' ? { userId: caller.id } : { callerType: 'agent', callerId: caller.id };
}

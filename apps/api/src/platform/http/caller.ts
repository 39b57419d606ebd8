import '@fastify/cookie';
import { applyDecorators, createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig, FastifyRequest } from 'fastify';
import { DocumentedNote } from './api-description.js';
import { Problem } from './problem.js';

/** Who calls, as proven by the credential of this request. */
export type Caller =
  | {
      readonly type: 'agent';
      readonly id: string;
      readonly name: string;
      readonly keyId: string;
      readonly rawTokens: boolean;
      readonly userTokens: UserTokenRight;
    }
  | {
      readonly type: 'user';
      readonly id: string;
      /** Whether this token of theirs may read access tokens themselves. */
      readonly rawTokens: boolean;
      /** The agent that minted this token, whose rules hold for the access tokens that it reads. */
      readonly mintedBy?: string | undefined;
    }
  | {
      readonly type: 'operator';
      readonly id: string;
      readonly role: OperatorRole;
      readonly via: 'session' | 'key';
    };

/** What the user tokens that an agent mints may do; `none`: it mints none. */
export const USER_TOKEN_RIGHTS = ['any', 'without_raw_tokens', 'none'] as const;

export type UserTokenRight = (typeof USER_TOKEN_RIGHTS)[number];

export type OperatorRole = 'owner' | 'admin' | 'auditor';
export type CallerType = Caller['type'];
export type CallerOf<Types extends CallerType> = Extract<Caller, { type: Types }>;

/** What a route lets in: kinds of callers, or everyone for a stated reason. */
export interface Access {
  readonly callers: readonly CallerType[];
  readonly publicBecause?: string;
}

export const ACCESS = Symbol('access');

declare module 'fastify' {
  // What our routes declare, where Fastify has it before it reads a body.
  interface FastifyContextConfig {
    access?: Access;
    letsAuditors?: boolean;
    jsonMembers?: number;
  }
}

function configure(handler: object, more: FastifyContextConfig): void {
  const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as object | undefined;
  SetMetadata(FASTIFY_ROUTE_CONFIG_METADATA, { ...known, ...more })(handler as never);
}

/** Declares a route's access, or that of all methods of a controller which declare none of their own. */
function declareAccess(access: Access): ClassDecorator & MethodDecorator {
  return (target: object, _key?: unknown, descriptor?: PropertyDescriptor) => {
    SetMetadata(ACCESS, access)((descriptor?.value ?? target) as never);
    if (descriptor) return configure(descriptor.value as object, { access });
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors((target as () => void).prototype)))
      if (typeof value === 'function' && !Reflect.hasMetadata(ACCESS, value)) configure(value, { access });
  };
}

/** Where an operation of the description keeps whom it lets in until that is written out. */
export const ROUTE_CALLERS = 'x-valetkey-callers';

/** Lets these kinds of callers in. Auditors may use GET routes only, and those with {@link LetAuditors}. */
export const AllowCallers = (...callers: CallerType[]) =>
  applyDecorators(
    declareAccess({ callers }),
    // Of a class and of a method the method's counts, which OpenAPI's own decorator would add up.
    DocumentedNote(ROUTE_CALLERS, callers),
  );

/** Lets the body of this route have more members of JSON than others: it takes many things at once. */
export const TakesMembers = (jsonMembers: number) =>
  ((_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
    configure(value as object, { jsonMembers })) satisfies MethodDecorator;

/** Marks a route, and its operation in the description, as one that auditors may use whatever its method. */
export const LETS_AUDITORS = 'x-valetkey-lets-auditors';

/** Lets auditors in on a route that is no GET: it changes nothing, or nothing but what is the caller's own. */
export const LetAuditors = () =>
  applyDecorators(
    (_target: object, _key: string | symbol, { value }: PropertyDescriptor) =>
      configure(value as object, { letsAuditors: true }),
    DocumentedNote(LETS_AUDITORS, true),
  );

/** Lets everyone in; the reason is kept for the reader and for the test that walks all routes. */
export const Public = (because: string) => declareAccess({ callers: [], publicBecause: because });

/** A request that went through the guard. */
export type CallerRequest = FastifyRequest & { caller?: Caller };

/** The caller of this request, as the guard found it. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<CallerRequest>();
  if (!caller) throw new Error('@CurrentCaller on a route that lets everyone in');
  return caller;
});

/** What the audit log keeps of a request. */
export interface RequestTrace {
  readonly requestId: string;
  readonly ip: string;
  /** The credential that was used: an agent key's id, or how an operator came in. */
  readonly keyId?: string | undefined;
}

/** Id, address and credential of this request. */
export const CurrentTrace = createParamDecorator((_: unknown, context: ExecutionContext): RequestTrace => {
  return traceOf(context.switchToHttp().getRequest<CallerRequest>());
});

/** What the audit log keeps of a request. */
export function traceOf({ id, ip, caller }: Pick<CallerRequest, 'id' | 'ip' | 'caller'>): RequestTrace {
  return { requestId: id, ip, keyId: caller && credentialOf(caller) };
}

function credentialOf(caller: Caller): string | undefined {
  if (caller.type === 'agent') return caller.keyId;
  return caller.type === 'operator' ? `operator_${caller.via}` : undefined;
}

/** Lets owners among the operators go on. @throws Problem 403 `owner_required` */
export function requireOwner(caller: Caller): void {
  if (caller.type === 'operator' && caller.role === 'owner') return;
  throw new Problem(403, 'owner_required', 'Only an operator of role owner may do this.').asDenial();
}

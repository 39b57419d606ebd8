import { z } from 'zod';
import { Problem, type SessionScope } from '../../platform/index.js';

/** Names of tools and of providers; those of a provider stand for all its tools. */
const names = z.array(z.string().min(1).max(100)).max(200);

/** The scope of a session, as it is asked for. */
export const scopeSchema = z.strictObject({
  tools: z
    .strictObject({
      allow: names.optional().describe('Tools, actions or providers. Left out: all that the policy allows.'),
      deny: names.default([]).describe('These never, whatever allow says.'),
      pinned: names
        .default([])
        .describe('Tools that are always listed, where the others are found by a search.'),
    })
    .default({ deny: [], pinned: [] }),
  connections: z
    .array(z.string().max(100))
    .min(1)
    .max(50)
    .optional()
    .describe("Only these of the user's connections. Left out: all, later ones too."),
});

/** Changes of a scope: what is left out stays. */
export const narrowerSchema = z.strictObject({
  tools: z
    .strictObject({ allow: names.optional(), deny: names.optional(), pinned: names.optional() })
    .optional(),
  connections: z.array(z.string().max(100)).min(1).max(50).optional(),
});
export type Narrower = z.output<typeof narrowerSchema>;

/** A client that a user brings and has let in, over OAuth. */
export interface OwnClient {
  /** OAuth client id: the address of its metadata document, or one that we gave it. */
  readonly id: string;
  /** As it calls itself. */
  readonly name: string;
}

/** The agent that made a session, and the key that it did so with: the session ends with them. */
export interface SessionMaker {
  readonly id: string;
  readonly keyId: string;
}

/**
 * The things that one agent may do for one user over MCP, until a time: made by an app's back end, or let in by the user, who
 * brings a client of their own.
 */
export interface Session {
  readonly id: string;
  readonly userId: string;
  /** The agent whose policy decides. */
  readonly agentId: string;
  readonly by: SessionMaker | { readonly client: OwnClient };
  readonly scope: SessionScope;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** Whether one of the names is this action's or its provider's. */
export const isNamed = (list: readonly string[], action: string) =>
  list.some((name) => action === name || action.startsWith(`${name}.`));

/** Whether a session lets an action be called, as far as its tools go. Deny binds. */
export function letsCall({ tools }: SessionScope, action: string): boolean {
  return (tools.allow === undefined || isNamed(tools.allow, action)) && !isNamed(tools.deny, action);
}

/**
 * The scope with a change applied, which can only take away.
 * @throws Problem 422 `session_widened` that names the member
 */
export function narrowed(scope: SessionScope, { tools = {}, connections }: Narrower): SessionScope {
  const { allow: allowed } = scope.tools;
  const isWithin = (name: string) => allowed === undefined || isNamed(allowed, name);
  const added = tools.allow?.find((name) => !isWithin(name));
  if (added !== undefined) throw widened(`tools.allow: ${added} was not allowed`);
  const dropped = scope.tools.deny.find((name) => tools.deny && !isNamed(tools.deny, name));
  if (dropped !== undefined) throw widened(`tools.deny: ${dropped} has to stay`);
  const further = connections?.find((id) => scope.connections && !scope.connections.includes(id));
  if (further !== undefined) throw widened(`connections: ${further} was not among them`);
  return {
    tools: { ...scope.tools, ...withoutUndefined(tools) },
    connections: connections ?? scope.connections,
  };
}

/** @throws Problem 422 `session_widened` for an end that is later than it was */
export function earlierEnd(session: Pick<Session, 'expiresAt'>, wanted: Date): Date {
  if (wanted > session.expiresAt) throw widened('expiresIn: ends later than before');
  return wanted;
}

const widened = (fault: string) => new Problem('session_widened', { fault }).asDenial();

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<T>;
}

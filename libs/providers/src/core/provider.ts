import type { z } from 'zod';
import type { EntryParameters } from './template.js';
import type { Action, ActionDescription } from './action.js';
import type { Budget } from './budget.js';
import { buildAction } from './build-action.js';
import type { ClassifyFailure } from './failure.js';
import type { RequestRules } from '../requests/request-rules.js';
import type { BaseUrlName } from './provider-http.js';
import type { TokenHeader } from './http/token-header.js';

export interface ScopeDescription<Scope extends string = string> {
  /** A sentence that an end user understands. */
  readonly description: string;
  /** Scopes of the same provider that this one includes; closure is computed, list the direct ones. */
  readonly implies?: readonly Scope[];
}

/** Requests that belong to another base than the API's, though no service path says so. */
export interface OtherBase {
  readonly base: Exclude<BaseUrlName, 'apiBaseUrl'>;
  /** Any when absent. */
  readonly methods?: readonly string[];
  /** Of the path below the proxy, service path or not. */
  readonly path: RegExp;
}

/** Why an address of the provider is a credential by itself. It is kept by the server, and callers get one of ours. */
export type CapabilityKind = 'upload_session' | 'download' | 'upload';

/** How responses are changed for callers of our proxy. In JSON, names are those of members at any depth. */
export interface AnswerRules {
  /** Names, in lower case, of headers beyond those that every answer may have. */
  readonly headers?: RegExp;
  /** Names, in lower case, of headers with an address, beside those that HTTP has. */
  readonly addressHeaders?: RegExp;
  /** Members that name an address: below one of the provider's bases it is rewritten, any other stays. */
  readonly links?: RegExp;
  /** Members that hold an object of such addresses. */
  readonly linksInside?: RegExp;
  /** Members whose address clients call with their credential: outside of the bases it becomes `null`. */
  readonly followed?: RegExp;
  /** Members that hold an object of those. */
  readonly followedInside?: RegExp;
  /** Members that are a credential: `null`. */
  readonly secrets?: RegExp;
  /** Addresses below a base that stand for an upload session, in a header or a member. */
  readonly sessions?: RegExp;
  /** Members whose address works for anyone who has it, in responses to requests whose path matches. */
  readonly capabilities?: readonly {
    readonly path: RegExp;
    readonly member: string;
    /** The addresses of which that is true; all when absent. */
    readonly address?: RegExp;
    readonly kind: 'download' | 'upload';
    readonly livesMs: number;
  }[];
  /** Origins to which downloads are redirected; such an address works for anyone who has it, and needs no token. */
  readonly downloads?: readonly string[];
  /** Path and query of requests that return a user's own content, in which nothing is changed. */
  readonly content?: RegExp;
}

/** The facts about a provider without its scopes and actions. */
interface ProviderFacts<Id extends string> {
  readonly id: Id;
  readonly displayName: string;
  /** One sentence about the things that people have there. */
  readonly summary: string;
  /** Id of the preset of the authorization server whose tokens it takes. */
  readonly connector: string;
  /** Base of all API paths, service path included, without a slash at the end; with places for `parameters`. */
  readonly apiBaseUrl: string;
  /** Values that a connector gives. */
  readonly parameters?: EntryParameters;
  /** How a token is sent; `Authorization: Bearer` when absent. */
  readonly authorization?: TokenHeader;
  /** Headers of a proxied request that sets none of that name; `{client_id}` stands for the id of our client. */
  readonly proxiedHeaders?: Readonly<Record<string, string>>;
  /** Asked for where nobody says which are needed, and no action does. */
  readonly defaultScopes?: readonly string[];
  /** Base of upload paths, where they differ (Google Drive). */
  readonly uploadBaseUrl?: string;
  /** Base of content paths, where they differ (Dropbox). */
  readonly contentBaseUrl?: string;
  readonly otherBases?: readonly OtherBase[];
  readonly answers?: AnswerRules;
  /** Members in which the provider's own clients expect the error, for a problem of ours in the proxy. */
  readonly problemMembers?: (problem: {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
  }) => Readonly<Record<string, unknown>>;
  /** Headers that every request carries, for example an API version. */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /**
   * Headers of a proxied request that this provider gets besides the common ones, in lower case. None that names an
   * account to act for.
   */
  readonly requestHeaders?: readonly string[];
  /** Published limits for one user; calls beyond them are not sent. */
  readonly budgets?: readonly Budget[];
  /** Members of inputs that the provider compares without regard to case; rules see them in lower case. */
  readonly caseless?: readonly string[];
  /** Paths whose requests the provider wants one at a time for each account. */
  readonly oneAtATime?: RegExp;
  /** Paths whose failures come with status 200 and are described in the body, as in GraphQL. */
  readonly failsInside?: RegExp;
  /** Whether the body of a success tells a failure; actions then fail with what `classifyFailure` makes of it. */
  readonly isFailure?: (body: unknown) => boolean;
  /** Whether reads follow a redirect of the provider, if it leads below the same base URL. */
  readonly followsMoves?: boolean;
  /** The address of an MCP server that an operator has added: it takes all messages, and nothing is below it. */
  readonly mcpUrl?: string;
}

/** A provider as pure data: what `definition.ts` holds. */
export interface ProviderDefinition<
  Id extends string = string,
  Scope extends string = string,
> extends ProviderFacts<Id> {
  readonly scopes: { readonly [S in Scope]: ScopeDescription<NoInfer<Scope>> };
}

/** One third-party API and its actions. */
export interface Provider<Id extends string = string> extends ProviderFacts<Id> {
  readonly scopes: Readonly<Record<string, ScopeDescription>>;
  readonly actions: readonly Action[];
  /** The meaning of a failed response of this provider. Pure; also used by the proxy, which has no action. */
  readonly classifyFailure: ClassifyFailure;
  /** The effects of requests that the proxy forwards. */
  readonly requests: RequestRules;
}

export interface ProviderBuilder<Id extends string, Scope extends string> {
  readonly definition: ProviderDefinition<Id, Scope>;
  /** Types the action by the definition: an undeclared scope, or a `run` that asks for a token, does not compile. */
  action<const Name extends string, In extends z.ZodType, Out extends z.ZodType>(
    description: ActionDescription<Name, Scope, In, Out>,
  ): Action<`${Id}.${Name}`, In, Out>;
  with(parts: Pick<Provider, 'actions' | 'classifyFailure' | 'requests'>): Provider<Id>;
}

/**
 * Starts a provider from its definition.
 *
 * @example
 * export const acme = describeProvider({ id: 'acme', displayName: 'Acme', …, scopes: { read: { description: 'Read your notes.' } } });
 * export const listNotes = acme.action({ name: 'notes.list', scopes: ['read'], … });
 * export const acmeProvider = acme.with({ actions: [listNotes], classifyFailure });
 */
export function describeProvider<const Id extends string, const Scope extends string>(
  definition: ProviderDefinition<Id, Scope>,
): ProviderBuilder<Id, Scope> {
  return {
    definition,
    action: (description) => buildAction(definition.id, description),
    with: (parts) => ({ ...definition, ...parts }),
  };
}

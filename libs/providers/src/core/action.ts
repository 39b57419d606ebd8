import type { z } from 'zod';
import type { ProviderHttp } from './provider-http.js';

/** The effect of an action on the user's data. `destructive` cannot be undone by another action. */
export type Effect = 'read' | 'write' | 'destructive';

/**
 * How a write avoids happening twice. `client_chosen_id`: the provider refuses a second use of our id. `read_back`: we
 * leave a mark and look for it. `none`: reads need nothing; a write with `none` must never be sent again after an
 * unknown outcome.
 */
export type Idempotency = 'client_chosen_id' | 'read_back' | 'none';

/** The argument of `run`. There is no token in it: asking for one does not compile. */
export interface ActionCall<Input> {
  /** Already parsed by the action's `input` schema. */
  readonly input: Input;
  readonly http: ProviderHttp;
  /** Stable random id of this logical effect, the same over all attempts. At least 16 characters. */
  readonly effectId: string;
  readonly signal: AbortSignal;
}

export interface RecoverCall<Input> extends ActionCall<Input> {
  /** When the first attempt began, by our clock. A search may stop at older things; without it, it must not. */
  readonly attemptedAt?: Date | undefined;
}

/** The provider's answer to "did this effect happen?". `unknown` gives a reason for the operator, never to be read as absent. */
export type Recovery<Output> =
  { readonly found: Output } | { readonly absent: true } | { readonly unknown: string };

/** An action as its author writes it, in one file; `describeProvider(…).action` turns it into an `Action`. */
export interface ActionDescription<
  Name extends string,
  Scope extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
> {
  /** `noun.verb`, unique within the provider. */
  readonly name: Name;
  /** Two to five words for a person. */
  readonly title: string;
  /** One or two sentences for a language model and a person: what it does, what it returns, what it does not. */
  readonly summary: string;
  readonly effect: Effect;
  readonly idempotency: Idempotency;
  /** The narrowest scopes that suffice; all are needed. */
  readonly scopes: readonly [Scope, ...Scope[]];
  /** Scopes that `recover` needs beyond `scopes`. Without them it answers `unknown`. */
  readonly recoverScopes?: readonly Scope[];
  /** How long after an attempt the provider's "it is not there" can still be wrong, in milliseconds. */
  readonly settleMs?: number;
  readonly input: In;
  readonly output: Out;
  readonly run: (call: ActionCall<z.output<In>>) => Promise<z.input<Out>>;
  readonly recover?: (call: RecoverCall<z.output<In>>) => Promise<Recovery<z.input<Out>>>;
  /** Says what it will do with this input, in one or two sentences for the person who has to agree: who receives it, what is deleted. */
  readonly preview?: (input: z.output<In>) => string;
  /** Groups that rules may name instead of it, within the provider: `sends`. */
  readonly groups?: readonly string[];
  /** Names of actions that do the same as this one with such an input: a rule that forbids one of them forbids this. */
  readonly alsoDoes?: (input: z.output<In>) => readonly string[];
  /** The recipients of a message, or users who get access: rules look at them. */
  readonly recipients?: (input: z.output<In>) => readonly string[];
  /** As `recipients`, where only the provider knows them. It sends only requests that change nothing. */
  readonly findRecipients?: (call: ActionCall<z.output<In>>) => Promise<readonly string[]>;
}

/** One typed operation of a provider. */
export interface Action<
  Id extends string = string,
  In extends z.ZodType = z.ZodType,
  Out extends z.ZodType = z.ZodType,
> {
  /** `provider.noun.verb`, for example `google-calendar.events.list`. Stable: policies and audit events name it. */
  readonly id: Id;
  /** Id of the provider it belongs to. */
  readonly provider: string;
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly effect: Effect;
  readonly idempotency: Idempotency;
  readonly scopes: readonly string[];
  readonly recoverScopes: readonly string[];
  readonly settleMs: number;
  /** Full ids of the groups it is in: `gmail.sends`. */
  readonly groups: readonly string[];
  /** A fingerprint of one that an operator may change: an approval holds for this definition and no other. */
  readonly definition?: string;
  /** Its definition at its server is another by now: it is not called until an operator has agreed to that. */
  readonly isHeld?: boolean;
  readonly input: In;
  readonly output: Out;
  /**
   * Runs the action once. The result satisfies `output`.
   * @throws ProviderError; for `insufficient_scope` always with `missingScopes`.
   */
  run(call: ActionCall<z.output<In>>): Promise<z.output<Out>>;
  /**
   * Asks the provider whether the effect with this id has happened; sends only requests that change nothing. A missing
   * scope is `unknown`; other failures are thrown as `ProviderError` and mean: ask again later.
   */
  recover?(call: RecoverCall<z.output<In>>): Promise<Recovery<z.output<Out>>>;
  /** Full ids of the actions that do the same with such an input. */
  alsoDoes?(input: z.output<In>): readonly string[];
  preview?(input: z.output<In>): string;
  recipients?(input: z.output<In>): readonly string[];
  findRecipients?(call: ActionCall<z.output<In>>): Promise<readonly string[]>;
}

/** The name of an action as a tool of a language model: their APIs take letters, digits, `_` and `-`, 64 at most. */
export function toolName({ id }: Pick<Action, 'id'>): string {
  return id.replaceAll('.', '__');
}

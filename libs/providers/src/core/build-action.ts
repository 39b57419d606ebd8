import type { z } from 'zod';
import type { Action, ActionDescription } from './action.js';
import { ProviderError } from './provider-error.js';

/** A mismatch between what an action returns and what it declares is the provider's doing: its answer changed. */
function conform<Out extends z.ZodType>(provider: string, output: Out, value: unknown): z.output<Out> {
  const parsed = output.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ProviderError({ provider, code: 'unexpected_response', mayHaveHappened: true });
}

/** Names the scopes that a call needed when the provider did not. */
function withNeededScopes(error: unknown, scopes: readonly string[]): unknown {
  if (!(error instanceof ProviderError) || error.code !== 'insufficient_scope' || error.missingScopes)
    return error;
  const { provider, code, reason, status, acceptedScopes, fixUrl, mayHaveHappened } = error;
  const known = { provider, code, reason, status, acceptedScopes, fixUrl, mayHaveHappened };
  return new ProviderError({ ...known, missingScopes: scopes });
}

/** Turns what an author wrote into an `Action` with a full id, a checked answer and complete scope errors. */
export function buildAction<
  Id extends string,
  Name extends string,
  Scope extends string,
  In extends z.ZodType,
  Out extends z.ZodType,
>(provider: Id, description: ActionDescription<Name, Scope, In, Out>): Action<`${Id}.${Name}`, In, Out> {
  const { run, recover, recoverScopes = [], settleMs = 0, groups = [], alsoDoes, ...facts } = description;
  const action: Action<`${Id}.${Name}`, In, Out> = {
    ...facts,
    id: `${provider}.${description.name}`,
    provider,
    recoverScopes,
    settleMs,
    groups: groups.map((group) => `${provider}.${group}`),
    ...(alsoDoes ? { alsoDoes: (input) => alsoDoes(input).map((name) => `${provider}.${name}`) } : {}),
    run: async (call) => {
      try {
        return conform(provider, description.output, await run(call));
      } catch (error) {
        throw withNeededScopes(error, description.scopes);
      }
    },
  };
  if (!recover) return action;
  return {
    ...action,
    recover: async (call) => {
      try {
        const recovery = await recover(call);
        return 'found' in recovery
          ? { found: conform(provider, description.output, recovery.found) }
          : recovery;
      } catch (error) {
        if (!(error instanceof ProviderError) || error.code !== 'insufficient_scope') throw error;
        return {
          unknown: `${provider} does not let us look: ${[...description.scopes, ...recoverScopes].join(' ')} needed`,
        };
      }
    },
  };
}

import { Injectable } from '@nestjs/common';
import { VERBS, type Verb } from '../platform/index.js';
import type { KnownValue } from './known-value.js';
import type { PolicyQuestion, Principal } from './policy.js';

type Effect = PolicyQuestion['action']['effect'];

/** An action that the policy can be asked about, with the groups that it can be in. */
export interface KnownAction {
  readonly id: string;
  readonly effects: readonly Effect[];
  readonly groups: readonly string[];
  readonly principals: readonly Principal['type'][];
  readonly context: KnownValue;
}

const TEXT: KnownValue = { type: 'string' };
const OF_CONNECTION: readonly Verb[] = [
  'connection.read',
  'connection.check',
  'connection.rename',
  'connection.refresh',
  'connection.disconnect',
  'token.read',
];

/** All names that rules may use. The gateway registers the providers' actions when it starts and when they change. */
@Injectable()
export class PolicyVocabulary {
  private readonly known = new Map(verbs().map((verb) => [verb.id, verb]));
  private readonly lowered = new Map<string, readonly string[]>();
  private readonly registered = new Map<string, readonly KnownAction[]>();
  private changes = 0;

  /**
   * Puts the actions of a provider in place of those that were registered for it before.
   * @param caseless names of members of inputs that rules see in lower case
   */
  register(provider: string, actions: readonly KnownAction[], caseless: readonly string[]): void {
    for (const { id } of this.registered.get(provider) ?? []) this.known.delete(id);
    this.registered.set(provider, actions);
    this.changes += 1;
    for (const action of actions) this.known.set(action.id, action);
    this.lowered.set(provider, caseless);
  }

  /** Another number after each change. */
  get revision(): number {
    return this.changes;
  }

  get actions(): readonly KnownAction[] {
    return [...this.known.values()];
  }

  /** Members of the inputs of these actions, or groups, whose values rules see in lower case. */
  caselessIn(actions: readonly string[]): string[] {
    return actions.flatMap((id) => this.lowered.get(id.split('.')[0] ?? '') ?? []);
  }

  /** These actions and groups, with all groups that contain them. */
  withGroups(ids: readonly string[]): string[] {
    return [...new Set(ids.flatMap((id) => [id, ...(this.known.get(id)?.groups ?? [])]))];
  }
}

function verbs(): KnownAction[] {
  return (Object.keys(VERBS) as Verb[]).map((id) => ({
    id,
    effects: [VERBS[id]],
    groups: [familyOf(id)],
    principals: ['agent'],
    context: OF_CONNECTION.includes(id)
      ? {
          type: 'object',
          properties: { connectionId: TEXT, target: TEXT },
          required: ['connectionId', 'target'],
        }
      : { type: 'object' },
  }));
}

/** A verb as an action of the policy, in the group of its kind of object. */
export function verbAction(verb: Verb): PolicyQuestion['action'] {
  return { id: verb, effect: VERBS[verb], groups: [familyOf(verb)] };
}

function familyOf(verb: Verb): string {
  return verb.slice(0, verb.indexOf('.'));
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { allProviders, canonicalInput, canonicalText, findProvider, type Action } from '@valetkey/providers';
import { z } from 'zod';
import { PolicyVocabulary, usedValue, type KnownAction, type KnownValue } from '../policies/index.js';

const TEXT: KnownValue = { type: 'string' };
const TEXTS: KnownValue = { type: 'array', items: TEXT };
const REACHED = { recipients: TEXTS, recipientDomains: TEXTS };
const PRINCIPALS = ['agent', 'user'] as const;

/** Registers the actions and forwarded requests with the policy, and the inputs that rules see of each. */
@Injectable()
export class PolicyNames implements OnModuleInit {
  private readonly known = new WeakMap<Action, KnownAction>();

  constructor(private readonly vocabulary: PolicyVocabulary) {}

  onModuleInit(): void {
    this.register();
  }

  /** Registers those that there are now. */
  register(): void {
    for (const { id, actions, caseless = [] } of allProviders()) {
      const known = [...actions.map((action) => this.knownAction(action)), proxied(id, actions)];
      this.vocabulary.register(id, known, caseless);
    }
  }

  private knownAction(action: Action): KnownAction {
    const known = this.known.get(action) ?? knownAction(action);
    this.known.set(action, known);
    return known;
  }
}

function knownAction({ id, effect, provider, groups, input }: Action): KnownAction {
  const schemaOf = (io: 'input' | 'output') =>
    z.toJSONSchema(input, { io, unrepresentable: 'any' }) as KnownValue;
  return {
    id,
    effects: [effect],
    groups: [provider, ...groups],
    principals: PRINCIPALS,
    context: contextOf({
      input: completed(schemaOf('output'), schemaOf('input')),
      used: usedValue([id, effect, provider, ...groups]),
      ...(groups.length > 0 ? REACHED : {}),
    }),
  };
}

/**
 * The schema of a value after parsing; where Zod can only describe the input of a transformation, that of the input.
 */
function completed(parsed: KnownValue, sent: KnownValue | undefined): KnownValue {
  if (!parsed.properties)
    return Object.keys(parsed).some((key) => key !== 'description') ? parsed : (sent ?? parsed);
  const members = Object.entries(parsed.properties).map(
    ([name, member]) => [name, completed(member, sent?.properties?.[name])] as const,
  );
  return { ...parsed, properties: Object.fromEntries(members) };
}

/** A forwarded request can do what any action does; those that send, and unknown ones, name recipients. */
function proxied(provider: string, actions: readonly Action[]): KnownAction {
  const groups = [...new Set(actions.flatMap((action) => action.groups))];
  const id = `${provider}.proxy`;
  const effects = ['read', 'write', 'destructive'] as const;
  const used = usedValue([id, provider, ...effects, ...groups]);
  return {
    id,
    effects,
    groups: [provider, ...groups],
    principals: PRINCIPALS,
    context: contextOf(
      { method: TEXT, path: TEXT, used, ...(groups.length > 0 ? REACHED : {}) },
      { route: TEXT },
    ),
  };
}

type Members = Readonly<Record<string, KnownValue>>;

function contextOf(always: Members, sometimes: Members = {}): KnownValue {
  return { type: 'object', properties: { ...always, ...sometimes }, required: Object.keys(always) };
}

/** The subject of the policy's question about a run: rules see the normalized input, and the recipients. */
export function actionSubject(
  action: Action,
  input: unknown,
  recipients: readonly string[] | undefined = action.recipients?.(input as never),
) {
  const { caseless = [] } = findProvider(action.provider) ?? {};
  const { id, effect, provider, groups } = action;
  return {
    action: { id, effect, provider, groups, sameAs: action.alsoDoes?.(input as never) },
    context: { input: canonicalInput(input, caseless), ...reached(recipients) },
  };
}

/** Recipients as rules see them; a domain, or `anyone`, is an entry of its own. */
export function reached(recipients: readonly string[] | undefined) {
  if (!recipients) return {};
  const canonical = [...new Set(recipients.map(canonicalText))];
  const domains = new Set(canonical.map((one) => one.slice(one.lastIndexOf('@') + 1)));
  return { recipients: canonical, recipientDomains: [...domains] };
}

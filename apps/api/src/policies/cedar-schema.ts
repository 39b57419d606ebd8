import type { SchemaJson, Type } from '@cedar-policy/cedar-wasm/nodejs';
import type { KnownValue } from './known-value.js';
import type { KnownAction } from './vocabulary.js';

type Schema = SchemaJson<string>;
type Attribute = Type<string> & { required?: boolean };

const PRINCIPALS = { agent: 'Agent', user: 'User' } as const;

/** All that rules may name, as Cedar's validator wants it. */
export function cedarSchema(known: readonly KnownAction[]): Schema {
  const groups = new Set(known.flatMap(({ effects, groups: own }) => [...effects, ...own]));
  const ids = new Set(known.map(({ id }) => id));
  const actions = known.map(
    ({ id, effects, groups: own, principals, context }) =>
      [
        id,
        {
          memberOf: [...new Set([...effects, ...own])].map((group) => ({ id: group })),
          appliesTo: {
            principalTypes: principals.map((type) => PRINCIPALS[type]),
            resourceTypes: ['User'],
            context: cedarType(context) ?? { type: 'Record', attributes: {} },
          },
        },
      ] as const,
  );
  return {
    '': {
      entityTypes: { Agent: {}, User: {} },
      actions: Object.fromEntries([
        ...[...groups].filter((group) => !ids.has(group)).map((group) => [group, {}] as const),
        ...actions,
      ]),
    },
  };
}

/** `undefined`: a value of several kinds, which no rule can look at. Null is left out before rules see it. */
function cedarType(value: KnownValue): Type<string> | undefined {
  const choices = (value.anyOf ?? value.oneOf ?? []).filter(({ type }) => type !== 'null');
  if (choices.length > 0) return oneType(choices.map(cedarType));
  if (value.allOf) return oneType(value.allOf.map(cedarType).filter((type) => type !== undefined));
  if (value.const !== undefined) return plain(typeof value.const);
  if (value.enum) return oneType(value.enum.filter((one) => one !== null).map((one) => plain(typeof one)));
  const [type, ...others] = [value.type ?? []].flat().filter((one) => one !== 'null');
  if (type === undefined || others.length > 0) return undefined;
  if (type === 'array') {
    const element = value.items && cedarType(value.items);
    return element && { type: 'Set', element };
  }
  return type === 'object' ? record(value) : plain(type);
}

function plain(type: string): Type<string> | undefined {
  if (type === 'string') return { type: 'String' };
  if (type === 'integer') return { type: 'Long' };
  return type === 'boolean' ? { type: 'Boolean' } : undefined;
}

function record({ properties = {}, required = [] }: KnownValue): Type<string> {
  const attributes = Object.entries(properties).flatMap(([name, member]) => {
    const type = cedarType(member);
    const isNullable =
      [member.type ?? []].flat().includes('null') || member.anyOf?.some((one) => one.type === 'null');
    return type
      ? [[name, { ...type, required: required.includes(name) && !isNullable } as Attribute] as const]
      : [];
  });
  return { type: 'Record', attributes: Object.fromEntries(attributes) } as Type<string>;
}

/** The type that all of these have; of records what any has, as may be there. */
function oneType(types: readonly (Type<string> | undefined)[]): Type<string> | undefined {
  const [first, ...others] = types;
  if (!first || types.includes(undefined)) return undefined;
  if (others.every((type) => JSON.stringify(type) === JSON.stringify(first))) return first;
  const records = types.map((type) => (type as { attributes?: Record<string, Attribute> }).attributes);
  if (records.includes(undefined)) return undefined;
  const members = records.flatMap((attributes) => Object.entries(attributes ?? {}));
  const attributes: Record<string, Attribute> = {};
  for (const [name, member] of members) {
    const known = attributes[name];
    if (known && known.type !== member.type) return undefined;
    attributes[name] = { ...member, required: false };
  }
  return { type: 'Record', attributes } as Type<string>;
}

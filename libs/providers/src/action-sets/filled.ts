import { isSchema } from '../core/json-schema.js';

export type Values = Readonly<Record<string, unknown>>;

/** Values of our own making, whose letters mean nothing to a provider: these may stand inside of a text. */
export const MARKS = ['effect', 'effect_uuid', 'since'] as const;

const PLACE = /^\{(\w+)\}$/;
const MARK = new RegExp(`\\{(${MARKS.join('|')})\\}`, 'g');

/**
 * A template with values in place of `{name}`, which stands alone: no value of a caller is ever a part of a text. Members
 * whose value is absent are left out.
 *
 * `{ each: name, as: … }` is a list with one `as` for each value, which is `{item}` there; `{ given: name, as: … }` is there
 * only if that value is. `{ quoted: name }` is the value as one phrase in quotes.
 */
export function filled(template: unknown, values: Values): unknown {
  if (typeof template === 'string') return filledText(template, values);
  if (Array.isArray(template))
    return template.map((one) => filled(one, values)).filter((one) => one !== undefined);
  if (!isSchema(template)) return template;
  if (isEach(template)) return filledList(template, values);
  if (isGiven(template))
    return own(values, template.given) === undefined ? undefined : filled(template.as, values);
  if (isQuoted(template)) return phrase(own(values, template.quoted));
  const members = Object.entries(template).flatMap(([name, inner]) => {
    const value = filled(inner, values);
    return value === undefined ? [] : [[name, value] as const];
  });
  // An object of nothing but absent values is absent as well: no `{ "dateTime": {} }`.
  return members.length === 0 && Object.keys(template).length > 0 ? undefined : Object.fromEntries(members);
}

/** Names of all values that a template takes. */
export function placesIn(template: unknown): string[] {
  if (typeof template === 'string') {
    const name = PLACE.exec(template)?.[1];
    return name === undefined ? [...template.matchAll(MARK)].map(([, mark = '']) => mark) : [name];
  }
  if (Array.isArray(template)) return template.flatMap(placesIn);
  if (!isSchema(template)) return [];
  if (isEach(template)) return [template.each, ...placesIn(template.as).filter((name) => name !== 'item')];
  if (isGiven(template)) return [template.given, ...placesIn(template.as)];
  if (isQuoted(template)) return [template.quoted];
  return Object.values(template).flatMap(placesIn);
}

/** Names of the values that a text speaks of. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
}

function filledText(text: string, values: Values): unknown {
  const name = PLACE.exec(text)?.[1];
  if (name !== undefined) return own(values, name);
  return text.replace(MARK, (_, mark: string) => String(own(values, mark) ?? ''));
}

function filledList({ each, as }: Each, values: Values): unknown[] | undefined {
  const list = own(values, each);
  return Array.isArray(list) ? list.map((item: unknown) => filled(as, { ...values, item })) : undefined;
}

function phrase(value: unknown): string | undefined {
  return typeof value === 'string' ? `"${value.replace(/["\\]/g, String.raw`\$&`)}"` : undefined;
}

interface Each {
  readonly each: string;
  readonly as: unknown;
}

function isEach(template: Values): template is Values & Each {
  return typeof template['each'] === 'string' && 'as' in template && Object.keys(template).length === 2;
}

interface Given {
  readonly given: string;
  readonly as: unknown;
}

function isGiven(template: Values): template is Values & Given {
  return typeof template['given'] === 'string' && 'as' in template && Object.keys(template).length === 2;
}

function isQuoted(template: Values): template is Values & { readonly quoted: string } {
  return typeof template['quoted'] === 'string' && Object.keys(template).length === 1;
}

function own(values: Values, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

import { nameFault } from '../openapi/operation-names.js';
import { judgedQuery } from '../requests/graphql.js';
import type { SetAction } from './set-action.js';
import { MARKS, namesIn, placesIn } from './filled.js';

type Fault = readonly [path: readonly (string | number)[], message: string];

const RESERVED: readonly string[] = [...MARKS, 'item'];
const IN_REQUESTS: readonly string[] = ['effect', 'effect_uuid'];

/** The faults of one action of a file that no single member shows. */
export function actionFaults(one: SetAction, provider: string): Fault[] {
  const fault = nameFault(one.name, provider);
  return [
    ...(fault === undefined ? [] : [[['name'], fault] as const]),
    ...memberFaults(one),
    ...placeFaults(one),
    ...graphqlFaults(one),
    ...(one.effect !== 'read' && !one.preview
      ? [[['preview'], 'is needed where something is changed'] as const]
      : []),
    ...(one.effect !== 'read' && one.example.preview === undefined
      ? [[['example', 'preview'], 'is needed where something is changed'] as const]
      : []),
    ...(one.recover ? recoverFaults(one, one.recover) : []),
    ...(one.reaches ? reachesFaults(one, one.reaches) : []),
  ];
}

function memberFaults({ input, request }: SetAction): Fault[] {
  const inPath = namesIn(request);
  return Object.entries(input).flatMap(([name, { type, of, choices, optional }]): Fault[] => {
    const fault = (message: string): Fault[] => [[['input', name], message]];
    return [
      ...(RESERVED.includes(name) ? fault('is the name of something else') : []),
      ...((type === 'list') === (of !== undefined)
        ? []
        : fault('of goes with the type list, and it with that')),
      ...(choices && type !== 'string' ? fault('choices are texts') : []),
      ...(optional && inPath.includes(name) ? fault('stands in the path, so it cannot be optional') : []),
    ];
  });
}

function placeFaults({ input, request, query, body, page, preview, recipients }: SetAction): Fault[] {
  const known = Object.keys(input);
  const sent = [...namesIn(request), ...placesIn(query), ...placesIn(body)];
  const isAll = query === undefined && body === undefined;
  const named = (at: string, names: readonly string[], more: readonly string[] = []): Fault[] =>
    names
      .filter((name) => !known.includes(name) && !more.includes(name))
      .map((name) => [[at], `{${name}} is no member of the input`]);
  return [
    ...named('request', namesIn(request)),
    ...named('query', placesIn(query), IN_REQUESTS),
    ...named('body', placesIn(body), IN_REQUESTS),
    ...(isAll ? [] : known.filter((name) => !sent.includes(name))).map((name): Fault => [
      ['input', name],
      'is sent nowhere',
    ]),
    ...named('preview', (preview ?? []).flatMap(namesIn)),
    ...named('recipients', recipients),
    ...named('page', page ? [page.member] : []),
    ...(page && input[page.member]?.type !== 'string'
      ? [[['page', 'member'], 'must be a text: the cursor is one'] as const]
      : []),
  ];
}

/** The text of a GraphQL request is fixed, and does what the file says that it does. */
function graphqlFaults({ request, body, effect }: SetAction): Fault[] {
  if (!/\/graphql$/.test(request)) return [];
  const query = (body as { query?: unknown } | undefined)?.query;
  const judged = typeof query === 'string' ? judgedQuery(query) : undefined;
  if (judged === undefined) return [[['body', 'query'], 'must be a GraphQL document']];
  return (judged === 'read') === (effect === 'read') ? [] : [[['effect'], 'is not that of the document']];
}

function recoverFaults(one: SetAction, again: NonNullable<SetAction['recover']>): Fault[] {
  const { effect, input, query, body, example } = one;
  const places = [...namesIn(again.request), ...placesIn(again.query), ...placesIn(again.body)];
  const odd = places.find(
    (name) => !Object.hasOwn(input, name) && !(MARKS as readonly string[]).includes(name),
  );
  const marks = [...placesIn(query), ...placesIn(body)].some((name) => IN_REQUESTS.includes(name));
  const changes = again.request.startsWith('GET ') ? [] : graphqlFaults({ ...one, ...again, effect: 'read' });
  const isReading = again.request.startsWith('GET ') || /\/(?:graphql|search|query)$/.test(again.request);
  return [
    ...(effect === 'read' ? [[['recover'], 'a read needs none'] as const] : []),
    ...(odd === undefined ? [] : [[['recover'], `{${odd}} is no member of the input`] as const]),
    ...(marks ? [] : [[['recover'], 'the request leaves no mark: {effect} or {effect_uuid}'] as const]),
    ...(example.again ? [] : [[['example', 'again'], 'is needed where there is recover'] as const]),
    ...(changes.length === 0 && isReading
      ? []
      : [[['recover', 'request'], 'must be one that reads'] as const]),
  ];
}

function reachesFaults(
  { input, example }: SetAction,
  { request, query }: NonNullable<SetAction['reaches']>,
): Fault[] {
  const odd = [...namesIn(request), ...placesIn(query)].find((name) => !Object.hasOwn(input, name));
  return [
    ...(odd === undefined ? [] : [[['reaches'], `{${odd}} is no member of the input`] as const]),
    ...(example.reaches ? [] : [[['example', 'reaches'], 'is needed where there is reaches'] as const]),
  ];
}

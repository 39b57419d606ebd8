import { z } from 'zod';
import { entryApi } from './entry-api.js';
import { entryKey } from './entry-key.js';
import { entryConnector, entryScope, REVOCATION_PLACEHOLDERS } from './entry-connector.js';
import { PARAMETER_KINDS, parameterFault, placeholdersIn, templateFault } from '../core/template.js';

const id = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, 'must be lower-case words with dashes')
  .max(40);
const sentence = z.string().trim().min(3).max(500);
const parameter = z.strictObject({
  kind: z.enum(Object.keys(PARAMETER_KINDS) as [keyof typeof PARAMETER_KINDS]),
  label: sentence,
  description: sentence,
  example: z.string().min(1).max(100),
  default: z.string().min(1).max(100).optional(),
});

/** One provider of the catalogue, as its file says it. */
const shape = z.strictObject({
  id,
  displayName: z.string().trim().min(1).max(60),
  summary: sentence.describe('What people have there.'),
  documentation: z
    .array(z.strictObject({ url: z.url({ protocol: /^https$/ }).max(500), read: z.iso.date().optional() }))
    .min(1)
    .max(10)
    .describe(
      "The provider's own pages that this was written from, and when they were read: none where that was from memory.",
    ),
  tried: z
    .enum(['knowledge', 'documentation', 'server'])
    .describe(
      'knowledge: not compared with the documentation again. documentation: believed, and not tried against the real server.',
    ),
  setup: z.array(sentence).min(1).max(12).describe('What the operator does at the provider, step by step.'),
  notes: z.array(sentence).max(10).default([]),
  parameters: z
    .record(z.string().regex(/^[a-z]\w{0,30}$/), parameter)
    .default({})
    .describe('Values for the places in addresses, asked for when a connector is made.'),
  connector: z
    .union([id, entryConnector])
    .describe('The authorization server, or the id of the connector whose tokens the API takes.'),
  key: entryKey
    .optional()
    .describe('Users may also connect by a key that they make at the provider: another kind of connector.'),
  api: entryApi.optional(),
  scopes: z
    .record(
      entryScope,
      z.strictObject({ description: sentence, implies: z.array(entryScope).max(50).default([]) }),
    )
    .describe('In words that a user understands; implies: the scopes that it includes.'),
  defaultScopes: z.array(entryScope).max(30).describe('Asked for when a caller names none.'),
  authorization: z
    .strictObject({
      header: z.string().regex(/^[a-z0-9-]{1,60}$/),
      scheme: z.string().regex(/^[A-Za-z-]{0,30}$/),
    })
    .default({ header: 'authorization', scheme: 'Bearer' })
    .describe('How a token is sent.'),
});

export type EntryShape = z.output<typeof shape>;
type Fault = readonly [path: readonly (string | number)[], message: string];

/** The schema of an entry: its members, and the rules over several of them. */
export const catalogueEntry = shape.superRefine((entry, context) => {
  for (const [path, message] of [...addressFaults(entry), ...wholeFaults(entry)])
    context.addIssue({ code: 'custom', path: [...path], message });
});

export type CatalogueEntry = z.output<typeof catalogueEntry>;

/** The JSON Schema of a file of the catalogue, for editors. */
export function catalogueJsonSchema(): Record<string, unknown> {
  const title = 'A provider in the catalogue of Valetkey';
  return { ...z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }), title };
}

function addressFaults({ connector, api, parameters }: EntryShape): Fault[] {
  const named = typeof connector === 'string' ? [] : Object.entries(connector.endpoints);
  const addresses: (readonly [readonly string[], string, readonly string[]])[] = [
    ...named.flatMap(([name, url]) =>
      url === undefined
        ? []
        : [[['connector', 'endpoints', name], url, name === 'revocation' ? ['client_id'] : []] as const],
    ),
    ...(api ? [[['api', 'baseUrl'], api.baseUrl, []] as const] : []),
  ];
  const used = new Set(addresses.flatMap(([, url]) => placeholdersIn(url)));
  return [
    ...addresses.flatMap(([path, url, own]): Fault[] => {
      const fault = templateFault(url, parameters, own);
      return fault === undefined ? [] : [[path, fault]];
    }),
    ...(api && (api.baseUrl.endsWith('/') || api.baseUrl.includes('?'))
      ? [[['api', 'baseUrl'], 'must have no query and no slash at its end'] as const]
      : []),
    ...Object.entries(parameters).flatMap(([name, parameter]): Fault[] => [
      ...(used.has(name) ? [] : [[['parameters', name], 'stands in no address'] as const]),
      ...(['example', 'default'] as const).flatMap((member): Fault[] => {
        const value = parameter[member];
        const fault = value === undefined ? undefined : parameterFault(parameter, value);
        return fault === undefined ? [] : [[['parameters', name, member], fault]];
      }),
    ]),
  ];
}

function wholeFaults(entry: EntryShape): Fault[] {
  const { connector, scopes } = entry;
  const known = new Set(Object.keys(scopes));
  const named: (readonly [readonly string[], readonly string[]])[] = [
    [['defaultScopes'], entry.defaultScopes],
    ...Object.entries(scopes).map(([name, { implies }]) => [['scopes', name, 'implies'], implies] as const),
    ...(typeof connector === 'string'
      ? []
      : ([
          [['connector', 'baseScopes'], connector.baseScopes],
          [['connector', 'check', 'scopes'], connector.check.scopes],
        ] as const)),
  ];
  return [
    ...(entry.tried !== 'documentation' || entry.documentation.some(({ read }) => read !== undefined)
      ? []
      : [[['tried'], 'says documentation, and none of it was read'] as const]),
    ...named.flatMap(([path, list]): Fault[] =>
      list.filter((scope) => !known.has(scope)).map((scope) => [path, `${scope} is not among the scopes`]),
    ),
    ...(typeof connector === 'string' ? referenceFaults(entry) : connectorFaults(connector)),
    ...(entry.key && typeof connector !== 'string' && connector.endpoints.account === undefined
      ? [[['connector', 'endpoints', 'account'], 'is needed where there is a key'] as const]
      : []),
  ];
}

function referenceFaults({ api, parameters, key }: EntryShape): Fault[] {
  return [
    ...(api ? [] : [[['api'], 'is needed where the connector is of another entry'] as const]),
    ...(key ? [[['key'], 'belongs to the entry that has the connector'] as const] : []),
    ...(Object.keys(parameters).length > 0
      ? [[['parameters'], 'belong to the entry that has the connector'] as const]
      : []),
  ];
}

function connectorFaults(connector: Exclude<EntryShape['connector'], string>): Fault[] {
  const { endpoints, revocation, account, discovers, oidc } = connector;
  const needed = discovers ? (['issuer'] as const) : (['authorization', 'token', 'account'] as const);
  const at = (name: string) => ['connector', name];
  const texts = revocation.style === 'request' ? [revocation.parameters, revocation.headers] : [];
  const unknown = texts
    .flatMap((values) => Object.values(values).flatMap(placeholdersIn))
    .find((name) => !REVOCATION_PLACEHOLDERS.some((one) => one === name));
  return [
    ...needed
      .filter((name) => endpoints[name] === undefined)
      .map((name): Fault => [['connector', 'endpoints', name], 'is needed']),
    ...(revocation.style !== 'none' && endpoints.revocation === undefined && !discovers
      ? [[['connector', 'endpoints', 'revocation'], `revocation.style ${revocation.style} needs it`] as const]
      : []),
    ...(revocation.style === 'none' && endpoints.revocation !== undefined
      ? [[at('revocation'), 'says none, and there is an endpoint for it'] as const]
      : []),
    ...(unknown === undefined ? [] : [[at('revocation'), `{${unknown}} is not known here`] as const]),
    ...(oidc && account.id !== 'sub'
      ? [[['connector', 'account', 'id'], 'must be sub where an ID token is verified'] as const]
      : []),
    ...(connector.refresh === 'none' && connector.tokenAnswer.assumedLifeSeconds !== undefined
      ? [[at('refresh'), 'says none, so no lifetime may be assumed'] as const]
      : []),
  ];
}

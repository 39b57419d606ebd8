import { findPreset, isAccountPath, parameterFault } from '@valetkey/providers';
import { presetOfServer, type McpServerFacts } from '@valetkey/providers/mcp';
import { z } from 'zod';
import { isLoopbackHost } from '../platform/index.js';
import { DEFAULT_OPTIONS, endpointsOf, presetOf, type Connector, type ConnectorSource } from './connector.js';

const NOT_A_URL = 'must be an https URL without credentials or fragment (plain http for loopback only)';

const endpoint = z.string().max(2048).refine(isAcceptableEndpoint, NOT_A_URL);
const endpoints = {
  issuer: endpoint,
  authorization: endpoint,
  token: endpoint,
  revocation: z
    .string()
    .max(2048)
    .refine((text) => isAcceptableEndpoint(text.replace('{client_id}', 'x')), NOT_A_URL),
  userinfo: endpoint,
  jwks: endpoint,
};
/** Names of all endpoints, in the order in which people fill them in. */
export const ENDPOINT_NAMES = ['issuer', 'authorization', 'token', 'userinfo', 'revocation', 'jwks'] as const;

const accountPath = z
  .string()
  .max(200)
  .refine(isAccountPath, 'must be names with dots between them (data.id), or a JSON Pointer (/data/id)');
const accountPaths = { id: accountPath, name: accountPath, email: accountPath };

const members = {
  displayName: z.string().trim().min(1).max(100),
  clientId: z.string().min(1).max(500),
  clientSecret: z.string().min(1).max(4096),
  endpoints: z.strictObject(endpoints).partial(),
  storeTokens: z.boolean(),
  prompts: z
    .array(z.enum(['none', 'login', 'consent', 'select_account']))
    .refine((prompts) => !prompts.includes('none') || prompts.length === 1, '"none" stands alone'),
  offlineAccess: z.boolean(),
  clientAuthentication: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  scopeSeparator: z.enum([' ', ',']),
  accountPaths: z.strictObject(accountPaths).partial(),
  parameters: z
    .record(z.string().max(40), z.string().max(200))
    .refine((given) => Object.keys(given).length <= 10, 'must have 10 members at most')
    .describe("Values for the places in the preset's addresses."),
};
const target = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes');
const preset = z
  .string()
  .refine((id) => findPreset(id) !== undefined, 'must be the id of a preset')
  .describe('Of those that /v1/operator/connector-presets lists.');

/** A connector as the connectors file and the operator API accept it. */
export const connectorDefinition = z.strictObject({
  target,
  preset,
  displayName: members.displayName.optional(),
  clientId: members.clientId.optional().describe('Needed unless users of the preset enter keys.'),
  clientSecret: members.clientSecret.optional(),
  endpoints: members.endpoints.default({}),
  storeTokens: members.storeTokens.default(DEFAULT_OPTIONS.storeTokens),
  prompts: members.prompts.default([]),
  offlineAccess: members.offlineAccess.default(DEFAULT_OPTIONS.offlineAccess),
  clientAuthentication: members.clientAuthentication.optional(),
  scopeSeparator: members.scopeSeparator.optional(),
  accountPaths: members.accountPaths.optional(),
  parameters: members.parameters.optional(),
});

export type ConnectorDefinition = z.output<typeof connectorDefinition>;

const nullable = nullish(endpoints);

function nullish<Name extends string>(schemas: Readonly<Record<Name, z.ZodString>>) {
  const entries = Object.entries<z.ZodString>(schemas).map(([name, schema]) => [name, schema.nullish()]);
  return Object.fromEntries(entries) as Record<Name, z.ZodOptional<z.ZodNullable<z.ZodString>>>;
}

/** As `connectorDefinition`, from a form: null and absent members are the same. */
export const newConnector = connectorDefinition.extend({
  clientId: members.clientId.nullish().describe('Needed unless users of the preset enter keys.'),
  clientSecret: members.clientSecret.nullish(),
  endpoints: z.strictObject(nullable).default({}),
  clientAuthentication: members.clientAuthentication.nullish(),
  scopeSeparator: members.scopeSeparator.nullish(),
  accountPaths: z.strictObject(nullish(accountPaths)).nullish(),
  parameters: members.parameters.nullish(),
});

/** react-admin sends the whole record back; members that cannot be changed are ignored, misspelt ones are not. */
const passedOver = Object.fromEntries(
  [
    'id',
    'source',
    'hasClientSecret',
    'callbackUrl',
    'connectionCount',
    'storedConnectionCount',
    'createdAt',
    'updatedAt',
    'disabledAt',
    'disabledBy',
    'dropping',
    'readOnlyBecause',
    'mcpServer',
  ].map((name) => [name, z.unknown()]),
);

/** A change by an operator: absent members stay as they are, `null` removes one. `endpoints` is replaced as a whole. */
export const connectorChange = z
  .strictObject({
    target: target.describe('Cannot be changed.'),
    preset: preset.describe('Cannot be changed.'),
    displayName: members.displayName,
    clientId: members.clientId,
    clientSecret: members.clientSecret.nullable().describe('Absent: the stored one stays. null: none.'),
    endpoints: z.strictObject(nullable).describe("Replaces all overrides; what is left out is the preset's."),
    storeTokens: members.storeTokens,
    prompts: members.prompts,
    offlineAccess: members.offlineAccess,
    clientAuthentication: members.clientAuthentication.nullable().describe("null: the server's or preset's."),
    scopeSeparator: members.scopeSeparator
      .nullable()
      .describe("Between scopes in requests. null: the preset's."),
    accountPaths: z
      .strictObject(nullish(accountPaths))
      .nullable()
      .describe(
        'Where userinfo names the account: `data.id`, or a JSON Pointer. Replaced as a whole; null: none.',
      ),
    parameters: members.parameters
      .nullable()
      .describe("Values for the places in the preset's addresses. Replaced as a whole; null: none."),
    confirm: z
      .boolean()
      .describe('Change the client id or endpoints although connections hold tokens of the client as it is.'),
    ...passedOver,
  })
  .partial();

export type ConnectorChange = z.output<typeof connectorChange>;

/** A rule over several members that a connector breaks. */
export interface DefinitionFault {
  readonly path: string;
  readonly message: string;
}

/** The faults of a connector as a whole; its members have been checked one by one. */
export function definitionFaults(
  connector: Pick<Connector, 'preset' | 'endpointOverrides' | 'options' | 'clientId'>,
  hasSecret: boolean,
): DefinitionFault[] {
  const { clientAuthentication } = connector.options;
  const needsSecret = clientAuthentication !== undefined && clientAuthentication !== 'none';
  return [
    ...clientFaults(connector, hasSecret),
    ...parameterFaults(connector),
    ...missingEndpoints(connector).map((name) => ({
      path: `endpoints.${name}`,
      message: `the preset ${connector.preset.id} needs it`,
    })),
    ...(needsSecret && !hasSecret
      ? [{ path: 'clientSecret', message: `${clientAuthentication} needs a client secret` }]
      : []),
  ];
}

/** A connector of keys has no client; any other has one. */
function clientFaults(
  { preset, clientId }: Pick<Connector, 'preset' | 'clientId'>,
  hasSecret: boolean,
): DefinitionFault[] {
  if (!preset.key)
    return clientId === '' ? [{ path: 'clientId', message: `the preset ${preset.id} needs it` }] : [];
  const message = 'has no place where users enter keys';
  return [
    ...(clientId === '' ? [] : [{ path: 'clientId', message }]),
    ...(hasSecret ? [{ path: 'clientSecret', message }] : []),
  ];
}

/** Values that are missing, do not fit, or have no place. */
function parameterFaults({ preset, options }: Pick<Connector, 'preset' | 'options'>): DefinitionFault[] {
  const { parameters = {} } = preset;
  const given = options.parameters ?? {};
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(parameters, name));
  return [
    ...unknown.map((name) => ({
      path: `parameters.${name}`,
      message: `the preset ${preset.id} has no such place`,
    })),
    ...Object.entries(parameters).flatMap(([name, parameter]) => {
      const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
      const message =
        value === undefined ? `the preset ${preset.id} needs it` : parameterFault(parameter, value);
      return message === undefined ? [] : [{ path: `parameters.${name}`, message }];
    }),
  ];
}

/** The endpoints without which a connector of this preset cannot work. */
export function missingEndpoints(
  connector: Pick<Connector, 'preset' | 'endpointOverrides' | 'options'>,
): (keyof typeof endpoints)[] {
  const known = endpointsOf(connector);
  return neededEndpoints(connector.preset).filter((name) => !known[name]);
}

/** A server with discovery announces its endpoints itself. */
export function neededEndpoints({
  discovers,
  key,
}: Connector['preset']): ('issuer' | 'authorization' | 'token' | 'userinfo')[] {
  if (key) return ['userinfo'];
  return discovers ? ['issuer'] : ['authorization', 'token', 'userinfo'];
}

/**
 * The connector that a definition describes.
 * @param mcpServer the MCP server that it is for, instead of a preset
 */
export function toConnector(
  definition: z.output<typeof newConnector>,
  source: ConnectorSource,
  id: string,
  mcpServer?: McpServerFacts,
): Connector {
  const { target: own, displayName = own, storeTokens, prompts, offlineAccess } = definition;
  const chosen = mcpServer
    ? presetOfServer({ ...mcpServer, id: own, displayName })
    : presetOf(definition.preset);
  const { clientAuthentication, scopeSeparator, accountPaths: paths, parameters } = definition;
  return {
    id,
    target: definition.target,
    preset: chosen,
    displayName: definition.displayName ?? chosen.displayName,
    clientId: definition.clientId ?? '',
    endpointOverrides: given(definition.endpoints),
    options: {
      ...{ storeTokens, prompts, offlineAccess },
      ...given({
        clientAuthentication,
        scopeSeparator,
        accountPaths: paths && given(paths),
        parameters,
        mcpServer,
      }),
    },
    source,
  };
}

/** Members that are there. */
export function given<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined | null> } {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}

/** https, or plain http to this machine; no part that must not be shown. */
export function isAcceptableEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username || password || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

import {
  allPresets,
  allProviders,
  findEntry,
  isServedBy,
  PARAMETER_KINDS,
  parameterRule,
  type ConnectorPreset,
  type PresetGuide,
} from '@valetkey/providers';
import { z } from 'zod';
import { callbackUrl } from './callback-url.js';
import type { Settings } from '../config/index.js';
import { readOnlyBecause } from './connector-changes.js';
import { ENDPOINT_NAMES, neededEndpoints } from './connector-definition.js';
import type { ConnectionCounts, StoredConnector } from './connectors.repository.js';

const endpoints = z.object(
  Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, z.string().optional()])) as Record<
    (typeof ENDPOINT_NAMES)[number],
    z.ZodOptional<z.ZodString>
  >,
);
const clientAuthentication = z.enum(['client_secret_basic', 'client_secret_post', 'none']);

/** A connector as operators see it: no secret in it. */
export const connectorView = z.object({
  id: z.string(),
  target: z.string(),
  preset: z.string(),
  displayName: z.string(),
  clientId: z.string(),
  hasClientSecret: z.boolean(),
  endpoints: endpoints.describe("What differs from the preset's."),
  storeTokens: z.boolean(),
  prompts: z.array(z.string()),
  offlineAccess: z.boolean(),
  clientAuthentication: clientAuthentication.optional(),
  scopeSeparator: z.enum([' ', ',']).optional(),
  accountPaths: z
    .object({ id: z.string(), name: z.string(), email: z.string() })
    .partial()
    .optional()
    .describe('Where userinfo names the account, where that is not as usual.'),
  parameters: z
    .record(z.string(), z.string())
    .optional()
    .describe("Values for the places in the preset's addresses."),
  mcpServer: z
    .object({
      url: z.string(),
      signIn: z.enum(['oauth', 'key', 'none']).describe('none: users only agree.'),
    })
    .optional()
    .describe('The MCP server for whose users it is: `target` is also the id of its provider.'),
  source: z.enum(['file', 'demo', 'operator']),
  readOnlyBecause: z.string().optional().describe('Why it cannot be edited here, and where it can be.'),
  disabledAt: z.iso.datetime().optional(),
  disabledBy: z.enum(['operator', 'configuration']).optional(),
  dropping: z.boolean().describe('Its connections are being disconnected.'),
  connectionCount: z.int(),
  storedConnectionCount: z.int().describe('Connections that hold tokens.'),
  callbackUrl: z.url().describe('Register this one at the provider; each connector has its own.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

const guided = {
  summary: z.string().describe('What people have there.'),
  tried: z
    .enum(['knowledge', 'documentation', 'server'])
    .optional()
    .describe(
      'Only `server` was tried against the real server; `knowledge` was not compared with its documentation. Absent for a standard.',
    ),
  setup: z.array(z.string()).describe('What the operator does at the provider, step by step.'),
};

/** A preset: what it defines, and what the operator must give. */
export const presetView = z.object({
  id: z.string(),
  displayName: z.string(),
  endpoints,
  neededEndpoints: z.array(z.enum(ENDPOINT_NAMES)).describe('Without a value; the operator gives one.'),
  clientAuthentication,
  discovers: z.boolean().describe('The rest is read from the discovery document of the issuer.'),
  callbackUrl: z
    .string()
    .describe('What to register at the provider, with {target} in place of the target that is chosen.'),
  parameters: z
    .record(
      z.string(),
      z.object({
        label: z.string(),
        description: z.string(),
        example: z.string(),
        default: z.string().optional(),
        pattern: z.string().describe('A regular expression that a value must match.'),
        rule: z.string().describe('The same in words.'),
      }),
    )
    .describe('Values for the places in its addresses, {name} each, that a connector gives.'),
  revocation: z
    .object({ style: z.string(), byHand: z.string().optional() })
    .describe('How tokens end at the provider. `none`: it has no way, and `byHand` says what the user does.'),
  guide: z
    .object({
      ...guided,
      notes: z.array(z.string()),
      documentation: z.array(z.object({ url: z.string(), read: z.string().optional() })),
    })
    .describe('What to know before a connector is made.'),
  userKey: z
    .object({
      kind: z
        .enum(['api_key', 'basic', 'none'])
        .describe('none: the user only agrees, and there is nothing to enter.'),
      label: z.string().describe('Its name at the provider.'),
      find: z.string().describe('Where the user finds it.'),
      usernameLabel: z.string().optional().describe('Asked for beside the key.'),
    })
    .optional()
    .describe('Users enter a key instead of consenting: there is no client, and no redirect URI.'),
  baseScopes: z.array(z.string()).describe('Asked for every time, so that the account can be read.'),
  apis: z
    .array(
      z.object({
        id: z.string(),
        displayName: z.string(),
        ...guided,
        baseUrl: z
          .string()
          .optional()
          .describe('As the proxy reaches it; absent where there is only a sign-in.'),
        actionCount: z
          .int()
          .describe('Actions that agents can run; requests through the proxy are not counted.'),
        scopeDescriptions: z.array(
          z.object({ name: z.string(), description: z.string(), isDefault: z.boolean() }),
        ),
      }),
    )
    .describe('What can be done with its tokens, and what users are asked for, in words.'),
});

export function viewConnector(
  connector: StoredConnector,
  counts: ConnectionCounts | undefined,
  settings: Settings,
): z.output<typeof connectorView> {
  const { id, target, displayName, clientId, source, options, disabledAt, disabledBy } = connector;
  return {
    id,
    target,
    preset: connector.preset.id,
    displayName,
    clientId,
    hasClientSecret: connector.sealedClientSecret !== undefined,
    endpoints: connector.endpointOverrides,
    storeTokens: options.storeTokens,
    prompts: [...options.prompts],
    offlineAccess: options.offlineAccess,
    clientAuthentication: options.clientAuthentication,
    scopeSeparator: options.scopeSeparator,
    accountPaths: options.accountPaths,
    parameters: options.parameters && { ...options.parameters },
    mcpServer: options.mcpServer && { url: options.mcpServer.url, signIn: options.mcpServer.signIn },
    source,
    readOnlyBecause: readOnlyBecause(connector),
    disabledAt: disabledAt?.toISOString(),
    disabledBy,
    dropping: connector.dropping !== undefined,
    connectionCount: counts?.connections ?? 0,
    storedConnectionCount: counts?.stored ?? 0,
    callbackUrl: callbackUrl(settings, target),
    createdAt: connector.createdAt.toISOString(),
    updatedAt: connector.updatedAt.toISOString(),
  };
}

export function viewPresets(settings: Settings): z.output<typeof presetView>[] {
  return allPresets().map((preset) => ({
    id: preset.id,
    displayName: preset.displayName,
    endpoints: filled(preset),
    neededEndpoints: neededEndpoints(preset).filter((name) => !preset.endpoints[name]),
    clientAuthentication: preset.clientAuthentication,
    discovers: preset.discovers,
    callbackUrl: callbackUrl(settings, '{target}'),
    parameters: viewParameters(preset),
    revocation: { style: preset.revocation.style, byHand: preset.revocation.byHand },
    guide: viewGuide(preset.guide),
    userKey: preset.key && {
      ...{ kind: preset.key.kind, label: preset.key.label, find: preset.key.find },
      usernameLabel: preset.key.username?.label,
    },
    baseScopes: [...preset.baseScopes],
    apis: viewApis(preset),
  }));
}

function viewParameters({ parameters = {} }: ConnectorPreset): z.output<typeof presetView>['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const { label, description, example, default: usual } = parameter;
      const { source: pattern } = PARAMETER_KINDS[parameter.kind];
      return [name, { label, description, example, default: usual, pattern, rule: parameterRule(parameter) }];
    }),
  );
}

function viewGuide({ summary, tried, setup, notes, documentation }: PresetGuide) {
  return { summary, tried, setup: [...setup], notes: [...notes], documentation: [...documentation] };
}

/** The providers that take its tokens; an entry of the catalogue without an API has its scopes as well. */
function viewApis(preset: ConnectorPreset): z.output<typeof presetView>['apis'] {
  const taking = allProviders().filter((provider) => isServedBy(provider, preset));
  const own = findEntry(preset.serves ?? preset.id);
  const rest = own && taking.every(({ id }) => id !== own.id) ? [own] : [];
  return [...rest.map((entry) => ({ ...entry, apiBaseUrl: undefined, actions: [] })), ...taking].map(
    (api) => {
      const entry = findEntry(api.id);
      return {
        id: api.id,
        displayName: api.displayName,
        summary: api.summary,
        tried: preset.key ? preset.guide.tried : (entry?.tried ?? preset.guide.tried),
        setup: preset.key ? [] : [...(entry?.setup ?? [])],
        baseUrl: api.apiBaseUrl,
        actionCount: api.actions.length,
        // Scopes are of consents: a key may do whatever its user chose at the provider.
        scopeDescriptions: Object.entries(preset.key ? {} : api.scopes).map(([name, { description }]) => ({
          name,
          description,
          isDefault: api.defaultScopes?.includes(name) ?? false,
        })),
      };
    },
  );
}

function filled(preset: ConnectorPreset) {
  return Object.fromEntries(Object.entries(preset.endpoints).filter(([, url]) => url !== ''));
}

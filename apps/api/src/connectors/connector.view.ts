import { allPresets, findEntry, type ConnectorPreset } from '@valetkey/providers';
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
      }),
    )
    .describe('Values for the places in its addresses, {name} each, that a connector gives.'),
  revocation: z
    .object({ style: z.string(), byHand: z.string().optional() })
    .describe('How tokens end at the provider. `none`: it has no way, and `byHand` says what the user does.'),
  catalogue: z
    .object({
      summary: z.string(),
      tried: z
        .enum(['knowledge', 'documentation', 'server'])
        .describe(
          'Only `server` was tried against the real server; `knowledge` was not compared with its documentation.',
        ),
      setup: z.array(z.string()).describe('What the operator does at the provider, step by step.'),
      notes: z.array(z.string()),
      documentation: z.array(z.object({ url: z.string(), read: z.string().optional() })),
      scopeDescriptions: z.array(
        z.object({ name: z.string(), description: z.string(), isDefault: z.boolean() }),
      ),
      baseUrl: z.string().optional().describe('Of its API, as the proxy reaches it.'),
    })
    .optional()
    .describe('From its file in the catalogue; absent for what is code.'),
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
    parameters: Object.fromEntries(
      Object.entries(preset.parameters ?? {}).map(
        ([name, { label, description, example, default: usual }]) => [
          name,
          { label, description, example, default: usual },
        ],
      ),
    ),
    revocation: { style: preset.revocation.style, byHand: preset.revocation.byHand },
    catalogue: catalogued(preset.id),
  }));
}

function catalogued(id: string): z.output<typeof presetView>['catalogue'] {
  const entry = findEntry(id);
  if (!entry) return undefined;
  const { summary, tried, setup, notes, documentation, scopes, defaultScopes, api } = entry;
  return {
    ...{ summary, tried, setup, notes, documentation },
    scopeDescriptions: Object.entries(scopes).map(([name, { description }]) => ({
      name,
      description,
      isDefault: defaultScopes.includes(name),
    })),
    baseUrl: api?.baseUrl,
  };
}

function filled(preset: ConnectorPreset) {
  return Object.fromEntries(Object.entries(preset.endpoints).filter(([, url]) => url !== ''));
}

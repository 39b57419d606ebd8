import { readFileSync } from 'node:fs';
import {
  connectorPresets,
  effectiveBaseUrls,
  findProvider,
  providers,
  type ConnectorPresetId,
} from '@valetkey/providers';
import { z } from 'zod';
import { SettingsError } from '../config/index.js';
import { DEFAULT_OPTIONS, endpointsOf, presetOf } from './connector.js';

const endpoint = z
  .string()
  .refine(isAcceptableEndpoint, 'must be an https URL (plain http for loopback only)');

const connector = z.strictObject({
  target: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and dashes'),
  preset: z.enum(Object.keys(connectorPresets) as [ConnectorPresetId, ...ConnectorPresetId[]]),
  displayName: z.string().min(1).max(100).optional(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1).optional(),
  endpoints: z
    .strictObject({
      issuer: endpoint,
      authorization: endpoint,
      token: endpoint,
      revocation: z
        .string()
        .refine(
          (text) => isAcceptableEndpoint(text.replace('{client_id}', 'x')),
          'must be an https URL (plain http for loopback only)',
        ),
      userinfo: endpoint,
      jwks: endpoint,
    })
    .partial()
    .default({}),
  storeTokens: z.boolean().default(DEFAULT_OPTIONS.storeTokens),
  prompts: z.array(z.enum(['none', 'login', 'consent', 'select_account'])).default([]),
  offlineAccess: z.boolean().default(DEFAULT_OPTIONS.offlineAccess),
});

const baseUrl = z.string().min(1);
const provider = z
  .strictObject({ apiBaseUrl: baseUrl, uploadBaseUrl: baseUrl, contentBaseUrl: baseUrl })
  .partial();

const file = z.strictObject({
  connectors: z.array(connector),
  providers: z.partialRecord(z.enum(providers.map(({ id }) => id)), provider).default({}),
});

/** The connectors file, checked. */
export type ConnectorsFile = z.output<typeof file>;
export type ConnectorDefinition = ConnectorsFile['connectors'][number];

/**
 * Reads the connectors file; `${NAME}` in a value is read from the environment.
 * @throws SettingsError with one line that names the member at fault, never its value
 */
export function readConnectorsFile(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): ConnectorsFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsError(
      `VALETKEY_CONNECTORS_FILE ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SettingsError(`VALETKEY_CONNECTORS_FILE ${path} is not JSON`);
  }
  return parseConnectorsFile(json, `VALETKEY_CONNECTORS_FILE ${path}`, env);
}

/** @throws SettingsError */
export function parseConnectorsFile(
  json: unknown,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): ConnectorsFile {
  const result = file.safeParse(fillIn(json, env, name));
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new SettingsError(
      `${name}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'is not valid'}`,
    );
  }
  const targets = result.data.connectors.map(({ target }) => target);
  const twice = targets.find((target, index) => targets.indexOf(target) !== index);
  if (twice) throw new SettingsError(`${name}: target "${twice}" is there twice`);
  for (const definition of result.data.connectors) requireEndpoints(definition, name);
  for (const [id, overrides] of Object.entries(result.data.providers)) checkBaseUrls(id, overrides, name);
  return result.data;
}

function requireEndpoints(definition: ConnectorDefinition, name: string): void {
  const { authorization, token, issuer, userinfo } = endpointsOf({
    preset: presetOf(definition.preset),
    endpointOverrides: given(definition.endpoints),
  });
  if (definition.preset === 'oidc' ? issuer : authorization && token && userinfo) return;
  const needed = definition.preset === 'oidc' ? 'issuer' : 'authorization, token and userinfo';
  throw new SettingsError(
    `${name}: connector "${definition.target}" (${definition.preset}) needs the endpoints ${needed}`,
  );
}

function checkBaseUrls(
  id: string,
  overrides: Readonly<Record<string, string | undefined>>,
  name: string,
): void {
  const known = findProvider(id);
  try {
    if (known) effectiveBaseUrls(known, overrides);
  } catch (error) {
    throw new SettingsError(`${name}: ${(error as Error).message}`);
  }
}

/** Members that are there. */
export function given<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

function fillIn(value: unknown, env: Readonly<Record<string, string | undefined>>, name: string): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, variable: string) => {
      const found = env[variable];
      if (found === undefined)
        throw new SettingsError(`${name}: the environment variable ${variable} is not set`);
      return found;
    });
  }
  if (Array.isArray(value)) return value.map((item) => fillIn(item, env, name));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, env, name)]));
  }
  return value;
}

/** https, or plain http to this machine. */
export function isAcceptableEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Whether a host name is this machine (RFC 8252, section 7.3). */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

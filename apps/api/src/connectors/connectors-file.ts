import { readFileSync } from 'node:fs';
import { checkedBaseUrl, effectiveBaseUrls, findProvider } from '@valetkey/providers';
import { z } from 'zod';
import { SettingsError } from '../config/index.js';
import {
  connectorDefinition,
  definitionFaults,
  missingEndpoints,
  toConnector,
  type ConnectorDefinition,
} from './connector-definition.js';

const baseUrl = z.string().min(1);
const provider = z
  .strictObject({
    apiBaseUrl: baseUrl,
    uploadBaseUrl: baseUrl,
    contentBaseUrl: baseUrl,
    downloadOrigins: z.array(baseUrl).max(20),
  })
  .partial();

const file = z.strictObject({
  connectors: z.array(connectorDefinition),
  providers: z
    .record(
      z.string().refine((id) => findProvider(id) !== undefined, 'is no provider that is known'),
      provider,
    )
    .default({}),
});

/** The connectors file, checked. */
export type ConnectorsFile = z.output<typeof file>;

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
  for (const definition of result.data.connectors) requireWhole(definition, name);
  for (const [id, overrides] of Object.entries(result.data.providers)) checkBaseUrls(id, overrides, name);
  return result.data;
}

function requireWhole(definition: ConnectorDefinition, name: string): void {
  const connector = toConnector(definition, 'file', 'ctr');
  const who = `${name}: connector "${definition.target}" (${definition.preset})`;
  const missing = missingEndpoints(connector);
  if (missing.length > 0) throw new SettingsError(`${who} needs the endpoints ${missing.join(', ')}`);
  const [fault] = definitionFaults(connector, definition.clientSecret !== undefined);
  if (fault) throw new SettingsError(`${who}: ${fault.path}: ${fault.message}`);
}

function checkBaseUrls(id: string, overrides: z.output<typeof provider>, name: string): void {
  const known = findProvider(id);
  try {
    if (known) effectiveBaseUrls(known, overrides);
    for (const origin of overrides.downloadOrigins ?? []) checkedBaseUrl(`${id}.downloadOrigins`, origin);
  } catch (error) {
    throw new SettingsError(`${name}: ${(error as Error).message}`);
  }
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

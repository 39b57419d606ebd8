import {
  filledTemplate,
  findPreset,
  type AccountPaths,
  type ClientAuthentication,
  type ConnectorEndpoints,
  type ConnectorPreset,
  type Prompt,
} from '@valetkey/providers';
import type { McpServerFacts } from '@valetkey/providers/mcp';

import type { AuditActor } from '../audit/index.js';

/** Options of a connector, and the operator's switches. */
export interface ConnectorOptions {
  /** Store tokens in the vault; without it an authorization proves an account and stores nothing. */
  readonly storeTokens: boolean;
  readonly prompts: readonly Prompt[];
  /** Ask for a refresh token. */
  readonly offlineAccess: boolean;
  /** `undefined` = what the server's discovery document says, else the preset's. */
  readonly clientAuthentication?: ClientAuthentication | undefined;
  /** Between scopes in requests; `undefined` = as the preset does. */
  readonly scopeSeparator?: ConnectorPreset['scopeSeparator'] | undefined;
  /** Where userinfo names the account; `undefined` = where servers usually do. */
  readonly accountPaths?: AccountPaths | undefined;
  /** Values for the places in the preset's endpoints and in the base URLs of its providers. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** The MCP server for whose users it is. Set when it is made, and never changed. */
  readonly mcpServer?: McpServerFacts | undefined;
}

export const DEFAULT_OPTIONS: ConnectorOptions = { storeTokens: true, prompts: [], offlineAccess: true };

/** Where a connector's definition comes from. */
export type ConnectorSource = 'file' | 'demo' | 'operator';

/** Our OAuth client at one authorization server, as it is stored. */
export interface Connector {
  readonly id: string;
  /** Stable key in URLs. */
  readonly target: string;
  readonly preset: ConnectorPreset;
  readonly displayName: string;
  readonly clientId: string;
  /** Only what differs from the preset. */
  readonly endpointOverrides: Partial<ConnectorEndpoints>;
  readonly options: ConnectorOptions;
  readonly source: ConnectorSource;
  /** A disabled connector cannot be used; what is stored for it stays sealed. */
  readonly disabledAt?: Date | undefined;
  /** `operator`: stays until an operator enables it. `configuration`: the file or demo that named it no longer does. */
  readonly disabledBy?: 'operator' | 'configuration' | undefined;
  /** Its connections are being disconnected: at whose request, and since when. */
  readonly dropping?: { readonly actor: AuditActor; readonly at: Date } | undefined;
  /**
   * Set on the definition that a connector had before, for tokens that belong to it, with the client secret of that
   * time.
   */
  readonly former?: { readonly clientSecret?: string | undefined } | undefined;
}

/**
 * The endpoints in force: the preset's, each replaced by its override. An issuer and its keys belong to a token
 * endpoint: the preset's are not trusted for another server's tokens.
 */
export function endpointsOf({
  preset,
  endpointOverrides,
  options,
}: Pick<Connector, 'preset' | 'endpointOverrides' | 'options'>): ConnectorEndpoints {
  const { issuer, jwks, ...rest } = placedEndpoints({ preset, options });
  const own =
    endpointOverrides.token === undefined ? { ...(issuer ? { issuer } : {}), ...(jwks ? { jwks } : {}) } : {};
  return { ...rest, ...own, ...endpointOverrides };
}

/** The preset's endpoints with the connector's values in their places; empty where one is missing. */
export function placedEndpoints({
  preset,
  options,
}: Pick<Connector, 'preset' | 'options'>): ConnectorEndpoints {
  const { parameters } = preset;
  if (!parameters) return preset.endpoints;
  const { parameters: values = {} } = options;
  const placed = Object.entries<string>({ ...preset.endpoints }).map(([name, url]) => [
    name,
    filledTemplate(url, parameters, values) ?? '',
  ]);
  return Object.fromEntries(placed) as unknown as ConnectorEndpoints;
}

/** The separator of scopes in a request. */
export function scopeSeparatorOf({ preset, options }: Connector): ConnectorPreset['scopeSeparator'] {
  return options.scopeSeparator ?? preset.scopeSeparator;
}

/** @throws Error for an id that neither code nor the catalogue knows */
export function presetOf(id: string): ConnectorPreset {
  const preset = findPreset(id);
  if (!preset) throw new Error(`unknown preset ${id}`);
  return preset;
}

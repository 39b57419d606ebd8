import { Injectable } from '@nestjs/common';
import {
  effectiveBaseUrls,
  findProvider,
  isServedBy,
  type BaseUrls,
  type Provider,
} from '@valetkey/providers';
import { useMcpServers } from '@valetkey/providers/mcp';
import { Clock, Problem } from '../platform/index.js';
import { clientAudience, tokenAudience } from './connector-audience.js';
import { isPlacedByConnector, placedProvider } from './placed-provider.js';
import type { Connector, ConnectorSource } from './connector.js';
import { ConfiguredConnectors } from './configured-connectors.js';
import { ConnectorSecrets } from './connector-secrets.js';
import type { ConnectorsFile } from './connectors-file.js';
import { ConnectorsRepository, type StoredConnector } from './connectors.repository.js';

const CACHE_MS = 2_000;

/** The connectors in force and the base URLs of the providers behind them. */
@Injectable()
export class ConnectorsService {
  private providerOverrides: ConnectorsFile['providers'] = {};
  private readonly effective = new Map<string, BaseUrls>();
  private audiences = new WeakMap<Connector, string>();
  private cached: { readonly at: number; readonly all: Promise<StoredConnector[]> } | undefined;

  constructor(
    private readonly repository: ConnectorsRepository,
    private readonly configured: ConfiguredConnectors,
    private readonly secrets: ConnectorSecrets,
    private readonly clock: Clock,
  ) {}

  /**
   * Brings the stored connectors in line with a file: those it names are written, those that came from it before and
   * are gone are disabled. A connector that an operator disabled stays disabled.
   * @throws SettingsError when it names a target that belongs to another client of an operator's
   */
  async apply(file: ConnectorsFile, source: ConnectorSource): Promise<void> {
    this.providerOverrides = file.providers;
    this.effective.clear();
    this.audiences = new WeakMap();
    await this.configured.apply(file.connectors, source);
    this.forget();
  }

  /** Disables the connectors of a source, for example those of a demo that is no longer on. */
  async disableSource(source: ConnectorSource): Promise<void> {
    await this.configured.apply([], source);
    this.forget();
  }

  /** All connectors, disabled ones included; at most two seconds old. */
  all(): Promise<StoredConnector[]> {
    const now = this.clock.now();
    if (!this.cached || now - this.cached.at > CACHE_MS) {
      this.cached = { at: now, all: this.readAll() };
      this.cached.all.catch(() => this.forget());
    }
    return this.cached.all;
  }

  /** Reads the rows, and lets the registry of providers know the MCP servers among them. */
  private async readAll(): Promise<StoredConnector[]> {
    const all = await this.repository.all();
    useMcpServers(
      all.flatMap(({ target: id, displayName, options: { mcpServer } }) =>
        mcpServer ? [{ ...mcpServer, id, displayName }] : [],
      ),
    );
    return all;
  }

  /** After a change in this process: the next lookup reads the rows. Other processes see it within two seconds. */
  forget(): void {
    this.cached = undefined;
  }

  /** The connector with this id or target. */
  async findConnector(idOrTarget: string): Promise<Connector | undefined> {
    return (await this.all()).find(({ id, target }) => id === idOrTarget || target === idOrTarget);
  }

  /** The connector with this id as it is in its row right now. */
  async current(id: string): Promise<Connector | undefined> {
    return (await this.repository.all()).find((connector) => connector.id === id);
  }

  /**
   * The connector with this id or target, if it is enabled.
   * @throws Problem 403 `connector_disabled`, 422 `invalid_connector` when there is none
   */
  async require(idOrTarget: string): Promise<Connector> {
    const connector = await this.findConnector(idOrTarget);
    if (!connector) throw new Problem('invalid_connector');
    if (connector.disabledAt) throw connectorDisabled(connector);
    return connector;
  }

  /** The enabled connectors whose tokens a provider accepts, the one named like its preset first. */
  async forProvider(provider: Provider): Promise<Connector[]> {
    return (await this.fitting(provider)).filter(({ disabledAt }) => !disabledAt);
  }

  /**
   * As `requireForProvider`, of those that place the provider where it is.
   * @param provider after `placed`
   */
  async requireForPlaced(provider: Provider): Promise<Connector[]> {
    const connectors = await this.requireForProvider(provider);
    const template = findProvider(provider.id);
    if (!template || !isPlacedByConnector(template)) return connectors;
    return connectors.filter(
      (connector) => placedProvider(template, connector)?.apiBaseUrl === provider.apiBaseUrl,
    );
  }

  /**
   * As `forProvider`, at least one.
   * @throws Problem 403 `connector_disabled` when all of them are, 422 `connector_missing` when there is none
   */
  async requireForProvider(provider: Provider): Promise<[Connector, ...Connector[]]> {
    const [first, ...rest] = await this.forProvider(provider);
    if (first) return [first, ...rest];
    const [disabled] = await this.fitting(provider);
    if (disabled) throw connectorDisabled(disabled);
    throw new Problem('connector_missing', { provider: provider.displayName });
  }

  /**
   * The client secret in clear, for the one request that needs it.
   * @throws UnsealError when it is bound to another place
   */
  async clientSecret(connector: Connector): Promise<string | undefined> {
    if (connector.former) return connector.former.clientSecret;
    const stored = (await this.all()).find(({ id }) => id === connector.id);
    if (!stored) return undefined;
    // A secret of the row as it is now must not be sent to the endpoints that the row had when this request began.
    return clientAudience(stored) === clientAudience(connector) ? this.secrets.open(stored) : undefined;
  }

  /** The places that tokens of this connector may be sent to. */
  audience(connector: Connector): string {
    const known = this.audiences.get(connector);
    if (known !== undefined) return known;
    const audience = tokenAudience(connector, (provider) => this.baseUrls(provider));
    this.audiences.set(connector, audience);
    return audience;
  }

  /** Binds secrets that an earlier version sealed without a place to the endpoints of their connectors. */
  async bindSecrets(): Promise<void> {
    for (const connector of await this.repository.all()) {
      const sealedClientSecret = await this.secrets.bound(connector);
      if (sealedClientSecret) await this.repository.replaceSecret(connector, sealedClientSecret);
    }
    this.forget();
  }

  /** The base URLs of a provider's API, of one that a connector places after `placed`. */
  baseUrls(provider: Provider): BaseUrls {
    const key = `${provider.id} ${provider.apiBaseUrl}`;
    const known = this.effective.get(key);
    if (known) return known;
    const urls = effectiveBaseUrls(provider, this.providerOverrides[provider.id]);
    this.effective.set(key, urls);
    return urls;
  }

  /**
   * The provider as one of its connectors places it: that with this id, else the first.
   * @throws Problem as `requireForProvider`
   */
  async placed(provider: Provider, connectorId?: string): Promise<Provider> {
    if (!isPlacedByConnector(provider)) return provider;
    const connectors = await this.requireForProvider(provider);
    const named = connectors.filter(({ id }) => id === connectorId);
    const [placed] = [...named, ...connectors].flatMap((one) => placedProvider(provider, one) ?? []);
    if (placed) return placed;
    throw new Problem('connector_missing', { provider: provider.displayName });
  }

  /** Origins to which a provider redirects downloads, at addresses that need no token; another installation has its own. */
  downloadOrigins(providerId: string): readonly string[] {
    const provider = findProvider(providerId);
    const { downloadOrigins, apiBaseUrl } = (provider && this.providerOverrides[provider.id]) ?? {};
    return downloadOrigins ?? (apiBaseUrl === undefined ? (provider?.answers?.downloads ?? []) : []);
  }

  private async fitting(provider: Provider): Promise<Connector[]> {
    const fitting = (await this.all()).filter(({ preset }) => isServedBy(provider, preset));
    return fitting.sort(
      (a, b) => Number(b.target === provider.connector) - Number(a.target === provider.connector),
    );
  }
}

/**
 * Connections of a disabled connector are kept, so the message must not send the user through a consent that changes
 * nothing.
 */
export function connectorDisabled({ target }: Pick<Connector, 'target'>): Problem {
  return new Problem('connector_disabled', { target });
}

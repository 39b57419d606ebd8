import { Injectable } from '@nestjs/common';
import { effectiveBaseUrls, findProvider, type BaseUrls, type Provider } from '@valetkey/providers';
import { Audit, type AuditActor } from '../audit/index.js';
import { Clock, newId } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import type { Connector, ConnectorSource } from './connector.js';
import { given, type ConnectorDefinition, type ConnectorsFile } from './connectors-file.js';
import { ConnectorsRepository, type StoredConnector } from './connectors.repository.js';
import { presetOf } from './connector.js';

const CACHE_MS = 2_000;
const STARTING: AuditActor = { type: 'system', id: 'start' };

/** The connectors in force and the base URLs of the providers behind them. */
@Injectable()
export class ConnectorsService {
  private providerOverrides: ConnectorsFile['providers'] = {};
  private cached: { readonly at: number; readonly all: Promise<StoredConnector[]> } | undefined;

  constructor(
    private readonly repository: ConnectorsRepository,
    private readonly vault: Vault,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Brings the stored connectors in line with a file: what it names is put, what came from it before and is gone is disabled. */
  async apply(file: ConnectorsFile, source: ConnectorSource): Promise<void> {
    this.providerOverrides = file.providers;
    const stored = await this.repository.all();
    for (const definition of file.connectors) {
      await this.put(
        definition,
        source,
        stored.find(({ target }) => target === definition.target),
      );
    }
    const named = new Set(file.connectors.map(({ target }) => target));
    await this.disableWhere((connector) => connector.source === source && !named.has(connector.target));
  }

  /** Disables the connectors of a source, for example those of a demo that is no longer on. */
  async disableSource(source: ConnectorSource): Promise<void> {
    await this.disableWhere((connector) => connector.source === source);
  }

  /** All connectors, disabled ones included; at most two seconds old. */
  all(): Promise<StoredConnector[]> {
    const now = this.clock.now();
    if (!this.cached || now - this.cached.at > CACHE_MS) {
      this.cached = { at: now, all: this.repository.all() };
      this.cached.all.catch(() => (this.cached = undefined));
    }
    return this.cached.all;
  }

  /** The connector with this id or target. */
  async find(idOrTarget: string): Promise<Connector | undefined> {
    return (await this.all()).find(({ id, target }) => id === idOrTarget || target === idOrTarget);
  }

  /** The enabled connectors whose tokens a provider takes, the one named like its preset first. */
  async forProvider(provider: Provider): Promise<Connector[]> {
    const fitting = (await this.all()).filter(
      ({ preset, disabledAt }) => preset.id === provider.connector && !disabledAt,
    );
    return fitting.sort(
      (a, b) => Number(b.target === provider.connector) - Number(a.target === provider.connector),
    );
  }

  /** The client secret in clear, for the one request that needs it. */
  async clientSecret(connectorId: string): Promise<string | undefined> {
    const stored = (await this.all()).find(({ id }) => id === connectorId);
    return stored?.sealedClientSecret
      ? this.vault.open(stored.sealedClientSecret, clientSecretBinding(stored.id))
      : undefined;
  }

  /** Where a provider's API is. */
  baseUrls(providerId: string): BaseUrls {
    const provider = findProvider(providerId);
    if (!provider) throw new Error(`unknown provider ${providerId}`);
    return effectiveBaseUrls(provider, this.providerOverrides[provider.id]);
  }

  private async put(
    definition: ConnectorDefinition,
    source: ConnectorSource,
    stored: StoredConnector | undefined,
  ): Promise<void> {
    const connector = toConnector(definition, source, stored?.id ?? newId('ctr'));
    if (stored && (await this.isSame(stored, connector, definition.clientSecret))) return;
    const sealedClientSecret = definition.clientSecret
      ? await this.vault.seal(definition.clientSecret, clientSecretBinding(connector.id))
      : undefined;
    await this.repository.inTransaction(async (tx) => {
      await this.repository.put(tx, { ...connector, sealedClientSecret });
      await this.audit.recordIn(tx, {
        type: 'connector.configured',
        outcome: 'succeeded',
        actor: STARTING,
        target: connector.target,
        detail: { connectorId: connector.id, preset: connector.preset.id, source },
      });
    });
    this.cached = undefined;
  }

  private async isSame(
    stored: StoredConnector,
    wanted: Connector,
    clientSecret: string | undefined,
  ): Promise<boolean> {
    const { sealedClientSecret, connectionCount: _, ...current } = stored;
    const secret = sealedClientSecret
      ? await this.vault.open(sealedClientSecret, clientSecretBinding(stored.id))
      : undefined;
    return (
      secret === clientSecret && JSON.stringify(fingerprint(current)) === JSON.stringify(fingerprint(wanted))
    );
  }

  private async disableWhere(matches: (connector: Connector) => boolean): Promise<void> {
    for (const connector of await this.repository.all()) {
      if (connector.disabledAt || !matches(connector)) continue;
      await this.repository.inTransaction(async (tx) => {
        await this.repository.disable(tx, connector.id, this.clock.date());
        await this.audit.recordIn(tx, {
          type: 'connector.configured',
          outcome: 'succeeded',
          actor: STARTING,
          target: connector.target,
          detail: { disabled: true },
        });
      });
    }
    this.cached = undefined;
  }
}

function toConnector(definition: ConnectorDefinition, source: ConnectorSource, id: string): Connector {
  const preset = presetOf(definition.preset);
  const { target, displayName, clientId, endpoints, storeTokens, prompts, offlineAccess } = definition;
  return {
    id,
    target,
    preset,
    displayName: displayName ?? preset.displayName,
    clientId,
    endpointOverrides: given(endpoints),
    options: { storeTokens, prompts, offlineAccess },
    source,
  };
}

function fingerprint({ preset, endpointOverrides, options, disabledAt, ...rest }: Connector): unknown {
  const sorted = (members: object) => Object.entries(members).sort(([a], [b]) => a.localeCompare(b));
  return [
    preset.id,
    sorted(endpointOverrides),
    sorted(options),
    disabledAt !== undefined,
    rest.target,
    rest.displayName,
    rest.clientId,
    rest.source,
  ];
}

/** What a client secret is bound to in the vault. */
export function clientSecretBinding(rowId: string) {
  return { purpose: 'connector.client_secret', rowId };
}

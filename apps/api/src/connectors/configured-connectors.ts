import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import { SettingsError } from '../config/index.js';
import { Clock, isUniqueViolation, newId } from '../platform/index.js';
import type { Connector, ConnectorSource } from './connector.js';
import { toConnector, type ConnectorDefinition } from './connector-definition.js';
import { ConnectorMoves } from './connector-moves.js';
import { ConnectorSecrets } from './connector-secrets.js';
import { ConnectorsRepository, type StoredConnector } from './connectors.repository.js';

const STARTING: AuditActor = { type: 'system', id: 'start' };

/** Connectors that are configured outside: in the connectors file, or by the demo. */
@Injectable()
export class ConfiguredConnectors {
  constructor(
    private readonly repository: ConnectorsRepository,
    private readonly secrets: ConnectorSecrets,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly moves: ConnectorMoves,
  ) {}

  /**
   * Puts what is named, and disables what this source named before and no longer does. A connector that an operator
   * made is taken over if it is the same client at the same kind of server: its connections stay good then.
   * @throws SettingsError for any other target of an operator's; nothing is changed then
   */
  async apply(definitions: readonly ConnectorDefinition[], source: ConnectorSource): Promise<void> {
    // Another process that starts now may write each of them first: the next look finds it.
    for (let triesLeft = definitions.length; ; triesLeft--) {
      try {
        return await this.bringInLine(definitions, source);
      } catch (error) {
        if (!isUniqueViolation(error) || triesLeft === 0) throw error;
      }
    }
  }

  private async bringInLine(
    definitions: readonly ConnectorDefinition[],
    source: ConnectorSource,
  ): Promise<void> {
    const stored = new Map((await this.repository.all()).map((connector) => [connector.target, connector]));
    for (const definition of definitions) refuseClash(definition, stored.get(definition.target), source);
    for (const definition of definitions) await this.put(definition, source, stored.get(definition.target));
    const named = new Set(definitions.map(({ target }) => target));
    for (const connector of stored.values())
      if (connector.source === source && !connector.disabledAt && !named.has(connector.target))
        await this.disable(connector);
  }

  private async put(
    definition: ConnectorDefinition,
    source: ConnectorSource,
    stored: StoredConnector | undefined,
  ): Promise<void> {
    const id = stored?.id ?? newId('ctr');
    const isStopped = stored?.disabledBy === 'operator';
    const connector: Connector = {
      ...toConnector(definition, source, id),
      ...(isStopped ? { disabledAt: stored.disabledAt, disabledBy: stored.disabledBy } : {}),
      dropping: stored?.dropping,
    };
    if (stored && (await this.isSame(stored, connector, definition.clientSecret))) return;
    const sealedClientSecret = await this.secrets.seal(definition.clientSecret, connector);
    await this.repository.inTransaction(async (tx) => {
      const before = stored && (await this.repository.lock(tx, id));
      const moved = before ? await this.moves.follow(tx, before, connector) : false;
      await this.repository.put(tx, { ...connector, sealedClientSecret });
      await this.record(tx, connector, {
        change: stored ? 'updated' : 'created',
        preset: connector.preset.id,
        source,
        ...(stored && stored.source !== source ? { takenOverFrom: stored.source } : {}),
        ...(moved ? { moved } : {}),
      });
    });
  }

  private async isSame(
    stored: StoredConnector,
    wanted: Connector,
    clientSecret: string | undefined,
  ): Promise<boolean> {
    return (
      (await this.secrets.isStored(stored, clientSecret)) &&
      isDeepStrictEqual(fingerprint(stored), fingerprint(wanted))
    );
  }

  private async disable({ id }: StoredConnector): Promise<void> {
    await this.repository.inTransaction(async (tx) => {
      const connector = await this.repository.lock(tx, id);
      if (!connector || connector.disabledAt) return;
      const disabled = { disabledAt: this.clock.date(), disabledBy: 'configuration' as const };
      await this.repository.put(tx, { ...connector, ...disabled });
      await this.record(tx, connector, { change: 'disabled', reason: 'no longer configured' });
    });
  }

  private record(
    tx: Parameters<Audit['recordIn']>[0],
    { id, target }: Connector,
    detail: Record<string, unknown>,
  ) {
    return this.audit.recordIn(tx, {
      type: 'connector.configured',
      outcome: 'succeeded',
      actor: STARTING,
      target,
      detail: { connectorId: id, ...detail },
    });
  }
}

function refuseClash(
  { target, preset, clientId }: ConnectorDefinition,
  stored: StoredConnector | undefined,
  source: ConnectorSource,
): void {
  if (stored?.source !== 'operator') return;
  if (source === 'file' && stored.preset.id === preset && stored.clientId === (clientId ?? '')) return;
  const [who, advice] =
    source === 'demo'
      ? ['the demo', 'set VALETKEY_DEMO=off']
      : [
          'the connectors file',
          'give it another target in the file, or delete the connector in the dashboard',
        ];
  throw new SettingsError(
    `target "${target}" is named by ${who}, and an operator has made a connector with another client under it: ${advice}`,
  );
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

import { isDeepStrictEqual } from 'node:util';
import type { McpServerFacts } from '@valetkey/providers/mcp';
import { Injectable } from '@nestjs/common';
import { Audit, type AuditActor } from '../audit/index.js';
import {
  isUniqueViolation,
  newId,
  Problem,
  requireOwner,
  type Caller,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import type { z } from 'zod';
import type { Connector } from './connector.js';
import {
  definitionFaults,
  ENDPOINT_NAMES,
  given,
  toConnector,
  type ConnectorChange,
  type DefinitionFault,
  type newConnector,
} from './connector-definition.js';
import { ConnectorMoves, isMoved } from './connector-moves.js';
import { ConnectorSecrets } from './connector-secrets.js';
import { ConnectorsRepository, type StoredConnector } from './connectors.repository.js';
import { ConnectorsService } from './connectors.service.js';

/** The operator who changes a connector, for the audit log. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace: RequestTrace;
  readonly caller: Caller;
}

/** Operators create and change connectors while everything runs. */
@Injectable()
export class ConnectorChanges {
  constructor(
    private readonly repository: ConnectorsRepository,
    private readonly connectors: ConnectorsService,
    private readonly secrets: ConnectorSecrets,
    private readonly audit: Audit,
    private readonly moves: ConnectorMoves,
  ) {}

  /**
   * Creates a connector, also in place of one that a demo left behind, whose connections then end.
   * @param mcpServer the MCP server that it is for, instead of a preset
   * @returns its id.
   * @throws Problem 409 `target_taken`, 400 `invalid_input`
   */
  async create(
    definition: z.output<typeof newConnector>,
    by: ChangedBy,
    mcpServer?: McpServerFacts,
  ): Promise<string> {
    const fresh = toConnector(definition, 'operator', newId('ctr'), mcpServer);
    refuseFaults(definitionFaults(fresh, Boolean(definition.clientSecret)));
    try {
      return await this.repository.inTransaction((tx) => this.put(tx, fresh, definition, by));
    } catch (error) {
      throw isUniqueViolation(error) ? targetTaken(fresh) : error;
    } finally {
      this.connectors.forget();
    }
  }

  private async put(
    tx: Transaction,
    fresh: Connector,
    definition: z.output<typeof newConnector>,
    by: ChangedBy,
  ): Promise<string> {
    const other = await this.repository.findTarget(tx, fresh.target);
    const left = other && (await this.repository.lock(tx, other.id));
    if (left && !(left.source === 'demo' && left.disabledAt)) throw targetTaken(left);
    const connector = { ...fresh, id: left?.id ?? fresh.id };
    const sealedClientSecret = await this.secrets.seal(definition.clientSecret, connector);
    const moved = left !== undefined && (await this.moves.follow(tx, left, connector));
    await this.repository.put(tx, { ...connector, sealedClientSecret });
    await this.record(tx, connector, by, {
      change: 'created',
      preset: connector.preset.id,
      members: Object.keys(given(definition)),
      ...(fresh.options.mcpServer ? { mcpServer: fresh.options.mcpServer.url } : {}),
      ...(left ? { takenOverFrom: left.source } : {}),
      ...(moved ? { moved } : {}),
    });
    return connector.id;
  }

  /**
   * Changes the members that are given. Refresh tokens of existing connections do not work with a new client id or
   * endpoint, so such a change needs `confirm`; these connections work until their access tokens expire, then their
   * users are asked to connect again. When an endpoint moves to another origin, an owner must give the client secret
   * again, and no stored token is sent there.
   * @throws Problem 403 `owner_required` for that, Problem 404, 409 `connector_read_only` or `connector_in_use`, 400
   * `invalid_input`
   */
  async update(id: string, change: ConnectorChange, by: ChangedBy): Promise<void> {
    const { stored = 0 } = (await this.repository.counts()).get(id) ?? {};
    await this.repository.inTransaction(async (tx) => {
      const before = await this.repository.lock(tx, id);
      if (!before) throw new Problem('not_found', { thing: 'connector' });
      requireOperators(before);
      refuseFaults(fixedMembers(before, change));
      const after = changed(
        before,
        change,
        await this.secrets.seal(change.clientSecret, pointed(before, change)),
      );
      refuseFaults(definitionFaults(after, after.sealedClientSecret !== undefined));
      const members = changedMembers(before, after, change);
      if (members.length === 0) return;
      if (isMoved(before, after)) requireAnew(before, change, by.caller);
      requireConfirmation(members, stored, change);
      const moved = await this.moves.follow(tx, before, after);
      await this.repository.put(tx, after);
      await this.record(tx, after, by, {
        change: 'updated',
        members,
        ...(members.some(isClientMember) ? { storedConnections: stored } : {}),
        ...(moved ? { moved } : {}),
      });
    });
    this.connectors.forget();
  }

  private record(
    tx: Transaction,
    { id, target }: Connector,
    { actor, trace }: ChangedBy,
    detail: Record<string, unknown>,
  ) {
    return this.audit.recordIn(tx, {
      type: 'connector.configured',
      outcome: 'succeeded',
      actor,
      target,
      ...trace,
      detail: { connectorId: id, ...detail },
    });
  }
}

/** Why a connector cannot be changed over the API, and where it can be; `undefined` when it can. */
export function readOnlyBecause({ source }: Pick<Connector, 'source'>): string | undefined {
  if (source === 'file')
    return 'It comes from the connectors file (VALETKEY_CONNECTORS_FILE): change it there and restart.';
  if (source === 'demo') return 'It belongs to the demo, which makes it anew at every start.';
  return undefined;
}

/** @throws Problem 409 `connector_read_only` */
export function requireOperators(connector: Connector): void {
  const why = readOnlyBecause(connector);
  if (why) throw new Problem('connector_read_only', { why });
}

/** The connector with its new endpoints, and the values that stand in them. */
function pointed(before: StoredConnector, { endpoints, parameters }: ConnectorChange): StoredConnector {
  return {
    ...before,
    ...(endpoints === undefined ? {} : { endpointOverrides: given(endpoints) }),
    options: { ...before.options, ...replaced({ parameters }) },
  };
}

/**
 * @throws Problem 403 `owner_required`, 400 when the stored secret would be sent to a place that no owner has approved
 */
function requireAnew(before: StoredConnector, { clientSecret }: ConnectorChange, caller: Caller): void {
  requireOwner(caller);
  const message =
    'must be given anew, since an endpoint moves to another origin: the stored one is not sent there (null: none)';
  if (before.sealedClientSecret && clientSecret === undefined)
    refuseFaults([{ path: 'clientSecret', message }]);
}

function changed(
  before: StoredConnector,
  change: ConnectorChange,
  sealed: Uint8Array | undefined,
): StoredConnector {
  const { displayName, clientId, clientSecret, clientAuthentication, scopeSeparator, accountPaths } = change;
  const { storeTokens, prompts, offlineAccess, parameters } = change;
  const options = {
    ...before.options,
    ...given({ storeTokens, prompts, offlineAccess }),
    ...replaced({
      clientAuthentication,
      scopeSeparator,
      accountPaths: accountPaths && given(accountPaths),
      parameters,
    }),
  };
  return {
    ...pointed(before, change),
    ...given({ displayName, clientId }),
    ...(clientSecret === undefined ? {} : { sealedClientSecret: sealed }),
    options,
  };
}

/** The members that a change gives; `null` removes one. */
function replaced<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], null> } {
  const named = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name, value ?? undefined])) as never;
}

/** Names, never values. */
function changedMembers(before: StoredConnector, after: StoredConnector, change: ConnectorChange): string[] {
  const hadSecret = before.sealedClientSecret !== undefined;
  const secretChanges = change.clientSecret === null ? hadSecret : change.clientSecret !== undefined;
  const options = [
    ...(['storeTokens', 'prompts', 'offlineAccess'] as const),
    ...(['clientAuthentication', 'scopeSeparator', 'accountPaths', 'parameters'] as const),
  ];
  return [
    ...(['displayName', 'clientId'] as const).filter((name) => before[name] !== after[name]),
    ...(secretChanges ? ['clientSecret'] : []),
    ...ENDPOINT_NAMES.filter((name) => before.endpointOverrides[name] !== after.endpointOverrides[name]).map(
      (name) => `endpoints.${name}`,
    ),
    ...options.filter((name) => !isDeepStrictEqual(before.options[name], after.options[name])),
  ];
}

function isClientMember(member: string): boolean {
  return member === 'clientId' || member === 'parameters' || member.startsWith('endpoints.');
}

function requireConfirmation(members: readonly string[], stored: number, { confirm }: ConnectorChange): void {
  const which = members.filter(isClientMember);
  if (which.length === 0 || stored === 0 || confirm) return;
  throw new Problem('connector_in_use', {
    stored: `${stored} ${stored === 1 ? 'connection holds' : 'connections hold'}`,
    storedConnectionCount: stored,
    members: which,
  });
}

function fixedMembers(before: Connector, { target, preset }: ConnectorChange): DefinitionFault[] {
  const message = 'cannot be changed; make another connector';
  return [
    ...(target !== undefined && target !== before.target ? [{ path: 'target', message }] : []),
    ...(preset !== undefined && preset !== before.preset.id ? [{ path: 'preset', message }] : []),
  ];
}

/** Answers as for members that are invalid by themselves. */
function refuseFaults(errors: readonly DefinitionFault[]): void {
  const [first] = errors;
  if (first) throw new Problem('invalid_input', { fault: `${first.path}: ${first.message}`, errors });
}

function targetTaken({ source, target }: Connector): Problem {
  const [origin, advice] = {
    file: ['from the connectors file', 'choose another target.'],
    demo: [
      'of the demo',
      'start with VALETKEY_DEMO=off, then make it: it takes the place of that of the demo, whose connections end.',
    ],
    operator: ['that an operator made', 'choose another target.'],
  }[source] as [string, string];
  const message = `is taken by a connector ${origin}; ${advice}`;
  return new Problem('target_taken', { target, origin, advice, errors: [{ path: 'target', message }] });
}

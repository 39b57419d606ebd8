import { Injectable } from '@nestjs/common';
import { allProviders } from '@valetkey/providers';
import { z } from 'zod';
import { AgentsService } from '../agents/index.js';
import {
  auditEventView,
  AuditSearch,
  viewOwnEvent,
  type auditQuery,
  type AuditFilter,
  type OwnEvent,
} from '../audit/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { ConnectionsRepository } from '../connections/index.js';
import { sentenceOf, type HistoryNames } from './history-words.js';
import { intentsAmong } from './intents.js';

const PAGE = 50;

export const historyEvent = auditEventView.extend({
  agentName: z.string().optional(),
  sentence: z.string().describe('What happened, in English, to the user whom it is about.'),
});
export type HistoryEvent = z.input<typeof historyEvent>;

/** A request for a page of the history: one agent, one account, and the cursor. */
export interface HistoryQuery {
  readonly agentId?: string | undefined;
  readonly target?: string | undefined;
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
}

/** A choice of a filter. */
export interface HistoryChoice {
  readonly id: string;
  readonly name: string;
}

export interface HistoryPage {
  /** Newest first. */
  readonly events: readonly HistoryEvent[];
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
  readonly agents: readonly HistoryChoice[];
  readonly accounts: readonly HistoryChoice[];
}

/** The events that concern one user, as that user may see them. */
@Injectable()
export class UserHistory {
  constructor(
    private readonly search: AuditSearch,
    private readonly agents: AgentsService,
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsRepository,
  ) {}

  /** Every event, intents included, by cursor. */
  async byCursor(userId: string, query: z.output<typeof auditQuery>) {
    const { data, ...rest } = await this.search.byCursor(query, { userId });
    const events = data.map((event) => viewOwnEvent(event, userId));
    return { data: historyEvents(events, await this.names(agentIdsOf(events))), ...rest };
  }

  /**
   * A page for reading: an intent is left out once it has ended.
   * @throws Problem 400 for an invalid cursor
   */
  async readHistory(userId: string, { agentId, target, older, newer }: HistoryQuery): Promise<HistoryPage> {
    const filter = { userId, agentId, target, ...(await this.namedInstead(userId, target)) };
    const [window, facets] = await Promise.all([
      this.search.window(filter, { older, newer }, PAGE),
      this.search.facets({ userId }),
    ]);
    const ended = await this.search.ended(userId, intentsAmong(window.events));
    const events = window.events
      .filter(({ id }) => !ended.has(id))
      .map((event) => viewOwnEvent(event, userId));
    const agentIds = [...facets.agentIds, ...(agentId === undefined ? [] : [agentId])];
    const names = await this.names([...agentIdsOf(events), ...agentIds]);
    return {
      ...window,
      events: historyEvents(events, names),
      agents: choices(facets.agentIds, names.agents),
      accounts: choices(facets.targets, names.accounts),
    };
  }

  /** The providers and connections that events of an account may name instead of its target. */
  private async namedInstead(userId: string, target: string | undefined): Promise<AuditFilter> {
    if (target === undefined) return {};
    const connections = await this.connections.idsOf(userId, target);
    return { orProviders: providersOf(target), orConnections: connections };
  }

  private async names(agentIds: readonly string[]): Promise<HistoryNames> {
    const [agents, connectors] = await Promise.all([
      this.agents.names([...new Set(agentIds)]),
      this.connectors.all(),
    ]);
    return {
      agents,
      accounts: new Map(connectors.map(({ target, displayName }) => [target, displayName])),
    };
  }
}

function historyEvents(events: readonly OwnEvent[], names: HistoryNames): HistoryEvent[] {
  return events.map((event) => ({
    ...event,
    agentName: event.agentId === undefined ? undefined : names.agents.get(event.agentId),
    sentence: sentenceOf(event, names),
  }));
}

function agentIdsOf(events: readonly OwnEvent[]): string[] {
  return events.flatMap(({ agentId, actor }) => [
    ...(agentId === undefined ? [] : [agentId]),
    ...(actor.type === 'agent' ? [actor.id] : []),
  ]);
}

/** Providers that are used with the account of a target. */
function providersOf(target: string): string[] {
  return allProviders()
    .filter(({ connector }) => connector === target)
    .map(({ id }) => id);
}

function choices(ids: readonly string[], names: ReadonlyMap<string, string>): HistoryChoice[] {
  return ids.map((id) => ({ id, name: names.get(id) ?? id })).sort((a, b) => a.name.localeCompare(b.name));
}

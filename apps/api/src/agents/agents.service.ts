import { Injectable } from '@nestjs/common';
import { Audit } from '../audit/index.js';
import {
  Cache,
  Clock,
  newId,
  notFound,
  Problem,
  randomSecret,
  sha256,
  type Caller,
  type ListedPage,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import { defaultUserTokens, gained, requireOwnerFor } from './agent-rights.js';
import { AgentCredentialKinds } from './agent-credential-kinds.js';
import { AgentDependents, type EndedAuthority } from './agent-dependents.js';
import { AgentsRepository, type Agent, type AgentRights } from './agents.repository.js';
import type { ChangedBy } from './changed-by.js';
import { RememberedCallers } from './remembered-callers.js';

const KEY_PREFIX = 'vk_agent_';
const USED_EVERY_MS = 60_000;
const MOST_KEYS = 10_000;

/** A change by another process is seen here after this time at the latest. */
const REMEMBERED_MS = 1_000;

interface AgentChange {
  readonly type: 'agent.created' | 'agent.updated' | 'agent_key.created' | 'agent_key.revoked';
  readonly agentId: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The authority that ends with the change. */
  readonly ended?: EndedAuthority | undefined;
}

/** Agents and their keys. A key is 256 random bits, stored as a keyed hash and shown once. */
@Injectable()
export class AgentsService {
  private readonly usedLately: Cache<true>;
  private readonly callers = new RememberedCallers(REMEMBERED_MS);
  private readonly enabled = new RememberedCallers<true>(REMEMBERED_MS);

  constructor(
    private readonly repository: AgentsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly dependents: AgentDependents,
    private readonly credentials: AgentCredentialKinds,
  ) {
    this.usedLately = new Cache({ most: MOST_KEYS, lifeMs: USED_EVERY_MS, clock });
  }

  async create(name: string, rights: Partial<AgentRights>, by: ChangedBy): Promise<Agent & { key: string }> {
    const id = newId('agt');
    const { key, row } = newKey();
    const { rawTokens = false, userTokens = defaultUserTokens(by), userClients = false } = rights;
    requireOwnerFor({ rawTokens, userTokens }, by);
    const detail = { name, rawTokens, userTokens, userClients, keyId: row.id };
    const agent = await this.recorded({ type: 'agent.created', agentId: id, detail }, by, (tx) =>
      this.repository.create(tx, { id, name, rawTokens, userTokens, userClients }, row),
    );
    return { ...agent, key };
  }

  async addKey(agentId: string, by: ChangedBy): Promise<{ id: string; key: string }> {
    requireOwnerFor(await this.getAgent(agentId), by);
    const { key, row } = newKey();
    await this.recorded({ type: 'agent_key.created', agentId, detail: { keyId: row.id } }, by, (tx) =>
      this.repository.addKey(tx, agentId, row),
    );
    return { id: row.id, key };
  }

  /** Revokes a key and cancels tasks that were queued with it and have not begun. */
  async revokeKey(agentId: string, keyId: string, by: ChangedBy): Promise<void> {
    const agent = await this.getAgent(agentId);
    if (!agent.keys.some(({ id, revokedAt }) => id === keyId && !revokedAt)) throw notFound('agent key');
    const ended = { agentId, keyId, code: 'agent_key_revoked' } as const;
    await this.recorded({ type: 'agent_key.revoked', agentId, detail: { keyId }, ended }, by, (tx) =>
      this.repository.revokeKey(tx, agentId, keyId, this.clock.date()),
    );
  }

  /** Changes an agent. Disabling it cancels tasks that it queued and that have not begun. */
  async update(
    id: string,
    change: Partial<AgentRights> & { name?: string; disabled?: boolean },
    by: ChangedBy,
  ): Promise<Agent> {
    const { disabled, ...rest } = change;
    requireOwnerFor(gained(await this.getAgent(id), rest), by);
    const disabledAt = disabled === undefined ? {} : { disabledAt: disabled ? this.clock.date() : null };
    const detail = { changed: Object.keys(change), ...(disabled === undefined ? {} : { disabled }) };
    const ended = disabled ? ({ agentId: id, code: 'agent_disabled' } as const) : undefined;
    await this.recorded({ type: 'agent.updated', agentId: id, detail, ended }, by, (tx) =>
      this.repository.update(tx, id, { ...rest, ...disabledAt }),
    );
    return this.getAgent(id);
  }

  async getAgent(id: string): Promise<Agent> {
    const agent = await this.repository.findAgent(id);
    if (!agent) throw notFound('agent');
    return agent;
  }

  /** The names of these agents, by id; unknown ids are left out. */
  names(ids: readonly string[]): Promise<Map<string, string>> {
    return this.repository.names(ids);
  }

  findByName(name: string): Promise<Agent | undefined> {
    return this.repository.findByName(name);
  }

  /** Those that users' own MCP clients may act as; none unless an operator opened one. */
  forUserClients(): Promise<{ id: string; name: string }[]> {
    return this.repository.forUserClients();
  }

  listAgents(page: PageRequest): Promise<ListedPage<Agent>> {
    return this.repository.listAgents(page);
  }

  count(): Promise<number> {
    return this.repository.count();
  }

  /**
   * The agent that holds this key; `undefined` when the key is unknown or revoked, or its agent disabled. Changes by
   * this process count at once, those by another within a second.
   */
  async authenticate(key: string): Promise<Caller | undefined> {
    if (!key.startsWith(KEY_PREFIX)) return undefined;
    return this.callers.findCaller(sha256(key).toString('base64'), () => this.look(key));
  }

  /**
   * Refuses unless the agent may still act with this key; the rows are read each time.
   * @param keyId of the key or of another credential of the agent; `undefined` when it is not known
   * @throws Problem 403 `agent_disabled` or `agent_key_revoked`
   */
  async requireAuthority(agentId: string, keyId: string | undefined): Promise<void> {
    const agent = await this.repository.findAgent(agentId);
    if (!agent || agent.disabledAt) throw new Problem('agent_disabled');
    if (keyId === undefined || agent.keys.some(({ id, revokedAt }) => id === keyId && !revokedAt)) return;
    if (await this.credentials.holds(keyId, agentId)) return;
    throw new Problem('agent_key_revoked');
  }

  /**
   * Whether tokens that an agent has issued still count: not once it is disabled. A change is seen as soon as
   * `authenticate` sees it.
   */
  async isEnabled(agentId: string): Promise<boolean> {
    const isEnabled = await this.enabled.findCaller(agentId, async () => {
      const agent = await this.repository.findAgent(agentId);
      return agent && !agent.disabledAt ? true : undefined;
    });
    return isEnabled === true;
  }

  /** Another process may have revoked a key or disabled an agent. */
  forgetCallers(): void {
    this.callers.forget();
    this.enabled.forget();
  }

  private async look(key: string): Promise<Caller | undefined> {
    const found = await this.repository.findByKey(key);
    if (!found) return undefined;
    const { agent, keyId } = found;
    await this.noteUse(keyId);
    const { id, name, rawTokens, userTokens } = agent;
    return { type: 'agent', id, name, keyId, rawTokens, userTokens };
  }

  private async noteUse(keyId: string): Promise<void> {
    if (this.usedLately.has(keyId)) return;
    this.usedLately.set(keyId, true);
    await this.repository.keyUsed(keyId, this.clock.date());
  }

  /** A change, its event and the cancellations that follow from it, committed together. */
  private async recorded<T>(
    { ended, ...event }: AgentChange,
    by: ChangedBy,
    change: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const changed = await this.repository.inTransaction(async (tx) => {
      const done = await change(tx);
      const calledOff = ended ? await this.dependents.callOff(tx, ended, by) : [];
      const recorded = { ...event, outcome: 'succeeded', actor: by.actor, ...by.trace } as const;
      await this.audit.recordIn(tx, recorded, ...calledOff);
      return done;
    });
    this.forgetCallers();
    return changed;
  }
}

function newKey() {
  const key = KEY_PREFIX + randomSecret();
  return { key, row: { id: newId('key'), key, prefix: key.slice(0, KEY_PREFIX.length + 4) } };
}

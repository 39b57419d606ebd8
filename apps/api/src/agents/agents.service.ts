import { Injectable } from '@nestjs/common';
import { actorOf, Audit, type AuditActor } from '../audit/index.js';
import {
  Clock,
  newId,
  notFound,
  randomSecret,
  sha256,
  type Caller,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { AgentsRepository, type Agent, type AgentRights } from './agents.repository.js';
import { RememberedCallers } from './remembered-callers.js';

const KEY_PREFIX = 'vk_agent_';
const USED_EVERY_MS = 60_000;

/** A change by another process is known here after this time at the latest. */
const REMEMBERED_MS = 1_000;

type ChangeType = 'agent.created' | 'agent.updated' | 'agent_key.created' | 'agent_key.revoked';

/** Who asked for a change, as the audit log keeps it. */
export interface ChangedBy {
  readonly actor: AuditActor;
  readonly trace?: RequestTrace;
}

/** Agents and their keys. A key is 256 random bits, stored as SHA-256 and shown once. */
@Injectable()
export class AgentsService {
  private readonly lastUsed = new Map<string, number>();
  private readonly callers = new RememberedCallers(REMEMBERED_MS);

  constructor(
    private readonly repository: AgentsRepository,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  async create(name: string, rights: Partial<AgentRights>, by: ChangedBy): Promise<Agent & { key: string }> {
    const id = newId('agt');
    const { key, row } = newKey();
    const { rawTokens = false, userTokens = 'any' } = rights;
    const detail = { name, rawTokens, userTokens, keyId: row.id };
    const agent = await this.recorded('agent.created', id, by, detail, (tx) =>
      this.repository.create(tx, { id, name, rawTokens, userTokens }, row),
    );
    return { ...agent, key };
  }

  async addKey(agentId: string, by: ChangedBy): Promise<{ id: string; key: string }> {
    await this.get(agentId);
    const { key, row } = newKey();
    await this.recorded('agent_key.created', agentId, by, { keyId: row.id }, (tx) =>
      this.repository.addKey(tx, agentId, row),
    );
    return { id: row.id, key };
  }

  async revokeKey(agentId: string, keyId: string, by: ChangedBy): Promise<void> {
    const agent = await this.get(agentId);
    if (!agent.keys.some(({ id, revokedAt }) => id === keyId && !revokedAt)) throw notFound('agent key');
    await this.recorded('agent_key.revoked', agentId, by, { keyId }, (tx) =>
      this.repository.revokeKey(tx, agentId, keyId, this.clock.date()),
    );
  }

  async update(
    id: string,
    change: Partial<AgentRights> & { name?: string; disabled?: boolean },
    by: ChangedBy,
  ): Promise<Agent> {
    const { disabled, ...rest } = change;
    await this.get(id);
    const disabledAt = disabled === undefined ? {} : { disabledAt: disabled ? this.clock.date() : null };
    await this.recorded('agent.updated', id, by, { changed: Object.keys(change) }, (tx) =>
      this.repository.update(tx, id, { ...rest, ...disabledAt }),
    );
    return this.get(id);
  }

  async get(id: string): Promise<Agent> {
    const agent = await this.repository.find(id);
    if (!agent) throw notFound('agent');
    return agent;
  }

  /** The names of these agents, by id; whom nobody knows is left out. */
  names(ids: readonly string[]): Promise<Map<string, string>> {
    return this.repository.names(ids);
  }

  findByName(name: string): Promise<Agent | undefined> {
    return this.repository.findByName(name);
  }

  page(page: PageRequest): Promise<{ rows: Agent[]; total: number }> {
    return this.repository.page(page);
  }

  count(): Promise<number> {
    return this.repository.count();
  }

  /**
   * The agent that holds this key; `undefined` when the key is unknown or revoked, or its agent disabled. What this
   * process changed holds at once, what another changed within a second.
   */
  async authenticate(key: string): Promise<Caller | undefined> {
    if (!key.startsWith(KEY_PREFIX)) return undefined;
    const hash = sha256(key);
    return this.callers.find(hash.toString('base64'), () => this.look(hash));
  }

  private async look(hash: Buffer): Promise<Caller | undefined> {
    const found = await this.repository.findByKeyHash(hash);
    if (!found) return undefined;
    const { agent, keyId } = found;
    await this.noteUse(keyId);
    const { id, name, rawTokens, userTokens } = agent;
    return { type: 'agent', id, name, keyId, rawTokens, userTokens };
  }

  private async noteUse(keyId: string): Promise<void> {
    const now = this.clock.now();
    if (now - (this.lastUsed.get(keyId) ?? 0) < USED_EVERY_MS) return;
    this.lastUsed.set(keyId, now);
    await this.repository.keyUsed(keyId, new Date(now));
  }

  /** A change and its event, committed together. */
  private async recorded<T>(
    type: ChangeType,
    agentId: string,
    by: ChangedBy,
    detail: Record<string, unknown>,
    change: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const changed = await this.repository.inTransaction(async (tx) => {
      const done = await change(tx);
      await this.audit.recordIn(tx, {
        type,
        outcome: 'succeeded',
        actor: by.actor,
        agentId,
        ...by.trace,
        detail,
      });
      return done;
    });
    this.callers.forget();
    return changed;
  }
}

function newKey() {
  const key = KEY_PREFIX + randomSecret();
  return { key, row: { id: newId('key'), hash: sha256(key), prefix: key.slice(0, KEY_PREFIX.length + 4) } };
}

/** The caller of a request as the one who changes something. */
export function changedBy(caller: Caller, trace: RequestTrace): ChangedBy {
  return { actor: actorOf(caller), trace };
}

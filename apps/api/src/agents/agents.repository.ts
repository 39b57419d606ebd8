import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  PrismaService,
  USER_TOKEN_RIGHTS,
  type ListedPage,
  type PageRequest,
  type Transaction,
  type UserTokenRight,
} from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';

export interface AgentKey {
  readonly id: string;
  readonly prefix: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly rawTokens: boolean;
  readonly userTokens: UserTokenRight;
  /** Users may let MCP clients that they bring themselves act as this agent. */
  readonly userClients: boolean;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly keys: readonly AgentKey[];
}

/** The rights that an operator grants an agent beyond actions. */
export type AgentRights = Pick<Agent, 'rawTokens' | 'userTokens' | 'userClients'>;

export interface NewKey {
  readonly id: string;
  /** The key itself; its hash is stored. */
  readonly key: string;
  readonly prefix: string;
}

const KEYS = {
  keys: {
    select: { id: true, prefix: true, createdAt: true, lastUsedAt: true, revokedAt: true },
    orderBy: { createdAt: 'asc' },
  },
} as const;
const SORTABLE = ['id', 'name', 'createdAt'];

@Injectable()
export class AgentsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {
    hashes.register(async (tx, rehash) => {
      for (const { id, hash } of await tx.agentKey.findMany({ select: { id: true, hash: true } }))
        await tx.agentKey.update({
          where: { id },
          data: { hash: Uint8Array.from(rehash('agent_key', hash)) },
        });
    });
  }

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  async create(
    tx: Transaction,
    agent: { id: string; name: string } & AgentRights,
    key: NewKey,
  ): Promise<Agent> {
    const keys = { create: await this.toRow(key) };
    return toAgent(await tx.agent.create({ data: { ...agent, keys }, include: KEYS }));
  }

  async addKey(tx: Transaction, agentId: string, key: NewKey): Promise<void> {
    await tx.agentKey.create({ data: { ...(await this.toRow(key)), agentId } });
  }

  async revokeKey(tx: Transaction, agentId: string, keyId: string, at: Date): Promise<boolean> {
    const { count } = await tx.agentKey.updateMany({
      where: { id: keyId, agentId, revokedAt: null },
      data: { revokedAt: at },
    });
    return count > 0;
  }

  async update(
    tx: Transaction,
    id: string,
    change: Partial<AgentRights> & { name?: string; disabledAt?: Date | null },
  ): Promise<void> {
    await tx.agent.update({ where: { id }, data: change });
  }

  async findAgent(id: string): Promise<Agent | undefined> {
    const row = await this.prisma.agent.findUnique({ where: { id }, include: KEYS });
    return row ? toAgent(row) : undefined;
  }

  /** By id. */
  async names(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.prisma.agent.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  }

  async findByName(name: string): Promise<Agent | undefined> {
    const row = await this.prisma.agent.findFirst({ where: { name }, include: KEYS });
    return row ? toAgent(row) : undefined;
  }

  /** Those that users' own clients may act as, by name. */
  async forUserClients(): Promise<{ id: string; name: string }[]> {
    return this.prisma.agent.findMany({
      where: { userClients: true, disabledAt: null },
      select: { id: true, name: true },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: 50,
    });
  }

  /** The live agent behind a key. */
  async findByKey(key: string): Promise<{ keyId: string; agent: Omit<Agent, 'keys'> } | undefined> {
    const row = await this.prisma.agentKey.findUnique({
      where: { hash: await this.hashOf(key), revokedAt: null, agent: { disabledAt: null } },
      include: { agent: true },
    });
    return row ? { keyId: row.id, agent: toAgent(row.agent) } : undefined;
  }

  private async toRow({ id, key, prefix }: NewKey) {
    return { id, prefix, hash: await this.hashOf(key) };
  }

  private async hashOf(key: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('agent_key', key));
  }

  async keyUsed(keyId: string, at: Date): Promise<void> {
    await this.prisma.agentKey.updateMany({ where: { id: keyId }, data: { lastUsedAt: at } });
  }

  count(): Promise<number> {
    return this.prisma.agent.count({ where: { disabledAt: null } });
  }

  listAgents(page: PageRequest): Promise<ListedPage<Agent>> {
    const where = pageFilter(page, { searched: ['name'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.agent.findMany({ where, include: KEYS, ...slice }),
      count: () => this.prisma.agent.count({ where }),
      sortable: SORTABLE,
      as: toAgent,
    });
  }
}

/** The database stores text; a value that this version does not know grants nothing. */
function toAgent<Row extends { readonly userTokens: string }>(
  row: Row,
): Row & { userTokens: UserTokenRight } {
  const known = USER_TOKEN_RIGHTS.find((right) => right === row.userTokens);
  return { ...row, userTokens: known ?? 'none' };
}

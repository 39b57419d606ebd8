import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';
import { scopeSchema, type Session } from './session.js';

/** A session whose token is valid, with the name of its agent. */
export interface LiveSession extends Session {
  readonly agentName: string;
}

type Row = Prisma.McpSessionModel;

const AGENT_NAME = { agent: { select: { name: true } } } as const;

/** A session counts with the key that made it, or for as long as its agent is open to clients of users. */
const HELD = {
  OR: [
    { key: { revokedAt: null, agent: { disabledAt: null } } },
    { clientId: { not: null }, agent: { userClients: true } },
  ],
} satisfies Prisma.McpSessionWhereInput;

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  /** @param token the token itself; its keyed hash is stored. A user's own client has none from us. */
  async create(tx: Transaction, { by, scope, ...session }: Session, token?: string): Promise<void> {
    const hash = token === undefined ? null : await this.hashOf(token);
    const json = scope as unknown as Prisma.InputJsonObject;
    await tx.mcpSession.create({ data: { ...session, ...columnsOf(by), scope: json, hash } });
  }

  async findSession(id: string): Promise<Session | undefined> {
    const row = await this.prisma.mcpSession.findUnique({ where: { id } });
    return row ? toSession(row) : undefined;
  }

  /** The row, locked until the transaction ends, so that two changes cannot undo each other. */
  async lock(tx: Transaction, id: string): Promise<Session | undefined> {
    await tx.$queryRaw`SELECT 1 FROM mcp_sessions WHERE id = ${id} FOR UPDATE`;
    const row = await tx.mcpSession.findUnique({ where: { id } });
    return row ? toSession(row) : undefined;
  }

  async change(
    tx: Transaction,
    id: string,
    { scope, ...rest }: Partial<Pick<Session, 'scope' | 'expiresAt' | 'endedAt'>>,
  ): Promise<void> {
    const json = scope ? { scope: scope as unknown as Prisma.InputJsonObject } : {};
    await tx.mcpSession.update({ where: { id }, data: { ...rest, ...json } });
  }

  /** The session of a token, as long as it, its agent, and the key that made it all count. */
  async findLive(token: string, now: Date): Promise<LiveSession | undefined> {
    return this.live({ hash: await this.hashOf(token) }, now);
  }

  /** A session by its id, as long as it, its agent, and that which it is held by all count. */
  findLiveById(id: string, now: Date): Promise<LiveSession | undefined> {
    return this.live({ id }, now);
  }

  /** Those of a user's own clients that have not ended, the newest first. */
  async ownClients(userId: string, now: Date): Promise<LiveSession[]> {
    const rows = await this.prisma.mcpSession.findMany({
      where: { userId, clientId: { not: null }, endedAt: null, expiresAt: { gt: now } },
      include: AGENT_NAME,
      orderBy: { createdAt: 'desc' },
      take: 200,
    });
    return rows.map((row) => ({ ...toSession(row), agentName: row.agent.name }));
  }

  /** Whether what was begun in a session may still be done: its end in time does not count. */
  async holds(id: string, agentId: string): Promise<boolean> {
    return (await this.prisma.mcpSession.count({ where: { id, agentId, endedAt: null, ...HELD } })) > 0;
  }

  private async live(
    of: { readonly id: string } | { readonly hash: Uint8Array<ArrayBuffer> },
    now: Date,
  ): Promise<LiveSession | undefined> {
    const row = await this.prisma.mcpSession.findUnique({
      where: { ...of, endedAt: null, expiresAt: { gt: now }, agent: { disabledAt: null }, ...HELD },
      include: AGENT_NAME,
    });
    return row ? { ...toSession(row), agentName: row.agent.name } : undefined;
  }

  /** @returns how many were deleted */
  async deleteExpired(before: Date): Promise<number> {
    const { count } = await this.prisma.mcpSession.deleteMany({ where: { expiresAt: { lt: before } } });
    return count;
  }

  private async hashOf(token: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('mcp_session', token));
  }
}

function toSession({ id, userId, agentId, createdAt, expiresAt, endedAt, ...row }: Row): Session {
  // A scope that this version cannot read grants nothing: the request fails.
  const scope = scopeSchema.parse(row.scope);
  return { id, userId, agentId, by: heldBy(row), scope, createdAt, expiresAt, endedAt };
}

const columnsOf = (by: Session['by']) =>
  'client' in by
    ? { clientId: by.client.id, clientName: by.client.name }
    : { makerId: by.id, keyId: by.keyId };

function heldBy({
  makerId,
  keyId,
  clientId,
  clientName,
}: Pick<Row, 'makerId' | 'keyId' | 'clientId' | 'clientName'>): Session['by'] {
  if (clientId !== null) return { client: { id: clientId, name: clientName ?? clientId } };
  return { id: makerId ?? '', keyId: keyId ?? '' };
}

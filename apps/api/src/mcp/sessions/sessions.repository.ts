import { Injectable } from '@nestjs/common';
import { Prisma, PrismaService, type Transaction } from '../../platform/index.js';
import { CredentialHashes } from '../../vault/index.js';
import { scopeSchema, type Session } from './session.js';

/** A session whose token is valid, with the name of its agent. */
export interface LiveSession extends Session {
  readonly agentName: string;
}

type Row = Prisma.McpSessionModel;

@Injectable()
export class SessionsRepository {
  constructor(
    private readonly prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {}

  inTransaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.prisma.transaction(work);
  }

  /** @param token the token itself; its keyed hash is stored */
  async create(tx: Transaction, session: Session, token: string): Promise<void> {
    const hash = await this.hashOf(token);
    const scope = session.scope as unknown as Prisma.InputJsonObject;
    await tx.mcpSession.create({ data: { ...session, scope, hash } });
  }

  async find(id: string): Promise<Session | undefined> {
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
    const row = await this.prisma.mcpSession.findUnique({
      where: {
        hash: await this.hashOf(token),
        endedAt: null,
        expiresAt: { gt: now },
        agent: { disabledAt: null },
        key: { revokedAt: null, agent: { disabledAt: null } },
      },
      include: { agent: { select: { name: true } } },
    });
    return row ? { ...toSession(row), agentName: row.agent.name } : undefined;
  }

  /** Whether what was begun in a session may still be done: its end in time does not count. */
  async holds(id: string, agentId: string): Promise<boolean> {
    const key = { revokedAt: null, agent: { disabledAt: null } };
    return (await this.prisma.mcpSession.count({ where: { id, agentId, endedAt: null, key } })) > 0;
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

function toSession({
  id,
  userId,
  agentId,
  makerId,
  keyId,
  scope,
  createdAt,
  expiresAt,
  endedAt,
}: Row): Session {
  // A scope that this version cannot read grants nothing: the request fails.
  const known = scopeSchema.parse(scope);
  return { id, userId, agentId, makerId, keyId, scope: known, createdAt, expiresAt, endedAt };
}

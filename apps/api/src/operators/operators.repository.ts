import { Injectable } from '@nestjs/common';
import {
  pageFilter,
  pageOf,
  PrismaService,
  TransactionalRepository,
  type ListedPage,
  type OperatorRole,
  type PageRequest,
  type Transaction,
} from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';

/** The operator who is signed in. */
export interface Operator {
  readonly id: string;
  readonly email: string;
  readonly role: OperatorRole;
}

/** An operator who can sign in. */
export interface ActiveOperator extends Operator {
  readonly passwordHash: string;
}

/** An operator as owners see them. */
export interface OperatorAccount extends Operator {
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly lastSignInAt: Date | null;
  /** Until when the link is good by which this operator sets a password. */
  readonly linkUntil: Date | null;
  readonly hasPassword: boolean;
  /** The kinds of second factor that are set up. */
  readonly secondFactors: readonly ('passkey' | 'totp')[];
}

/** A link that sets a password, once. */
export interface NewLink {
  /** The link's secret; its hash is stored. */
  readonly token: string;
  readonly until: Date;
}

const FACTORS = {
  totp: { select: { confirmedAt: true } },
  passkeys: { select: { id: true }, take: 1 },
} as const;
const SORTABLE = ['email', 'role', 'createdAt', 'lastSignInAt'];

@Injectable()
export class OperatorsRepository extends TransactionalRepository {
  constructor(
    prisma: PrismaService,
    private readonly hashes: CredentialHashes,
  ) {
    super(prisma);
  }

  /** Lets one change of operators in at a time: two owners may not demote each other at one moment. */
  async lock(tx: Transaction): Promise<void> {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('valetkey operators'))`;
  }

  /** Lets one change of this operator's credentials in at a time; sign-ins wait for it. */
  async lockRow(tx: Transaction, id: string): Promise<void> {
    await tx.$queryRaw`SELECT id FROM operators WHERE id = ${id} FOR UPDATE`;
  }

  /** Those with one of these roles who can sign in, the first in front. */
  active(roles: readonly OperatorRole[], limit: number): Promise<Pick<Operator, 'id' | 'email'>[]> {
    return this.prisma.operator.findMany({
      where: { role: { in: [...roles] }, disabledAt: null, passwordHash: { not: null } },
      select: { id: true, email: true },
      orderBy: { createdAt: 'asc' },
      take: limit,
    });
  }

  /** Of these, those who are not disabled and have one of these roles; none of them changes before the transaction ends. */
  async withRole(tx: Transaction, ids: readonly string[], roles: readonly OperatorRole[]): Promise<string[]> {
    const rows = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "operators"
      WHERE "id" = ANY(${[...ids]}) AND "disabled_at" IS NULL AND "role" = ANY(${[...roles]}) FOR SHARE`;
    return rows.map(({ id }) => id);
  }

  count(): Promise<number> {
    return this.prisma.operator.count();
  }

  /** Owners beside this one who can sign in. */
  otherOwners(tx: Transaction, id: string): Promise<number> {
    return tx.operator.count({
      where: { id: { not: id }, role: 'owner', disabledAt: null, passwordHash: { not: null } },
    });
  }

  async create(tx: Transaction, operator: Operator & { passwordHash: string | null }): Promise<void> {
    await tx.operator.create({ data: operator });
  }

  async update(
    tx: Transaction,
    id: string,
    change: { role?: OperatorRole | undefined; disabledAt?: Date | null },
  ): Promise<void> {
    const { role, disabledAt } = change;
    await tx.operator.update({
      where: { id },
      data: { ...(role && { role }), ...(disabledAt !== undefined && { disabledAt }) },
    });
  }

  async delete(tx: Transaction, id: string): Promise<void> {
    await tx.operator.delete({ where: { id } });
  }

  /** Replaces the link that the operator had. */
  async setLink(tx: Transaction, id: string, { token, until }: NewLink): Promise<void> {
    const linkHash = await this.hashOf(token);
    await tx.operator.update({ where: { id }, data: { linkHash, linkUntil: until } });
  }

  async findByLink(token: string, now: Date): Promise<OperatorAccount | undefined> {
    const row = await this.prisma.operator.findUnique({
      where: { linkHash: await this.hashOf(token), linkUntil: { gt: now }, disabledAt: null },
      include: FACTORS,
    });
    return row ? toAccount(row) : undefined;
  }

  /** Sets a password by a link. @returns false when the link is no longer good: it is used once */
  async useLink(tx: Transaction, token: string, passwordHash: string, now: Date): Promise<boolean> {
    const { count } = await tx.operator.updateMany({
      where: { linkHash: await this.hashOf(token), linkUntil: { gt: now }, disabledAt: null },
      data: { passwordHash, linkHash: null, linkUntil: null },
    });
    return count > 0;
  }

  /** Changes a password that is still this one. @returns false when it was changed meanwhile */
  async changePassword(tx: Transaction, id: string, from: string, to: string): Promise<boolean> {
    const { count } = await tx.operator.updateMany({
      where: { id, passwordHash: from, disabledAt: null },
      data: { passwordHash: to, linkHash: null, linkUntil: null },
    });
    return count > 0;
  }

  /** An operator who can sign in. */
  async findActive(by: { id: string } | { email: string }): Promise<ActiveOperator | undefined> {
    const row = await this.prisma.operator.findUnique({ where: { ...by, disabledAt: null } });
    if (!row || row.passwordHash === null) return undefined;
    return { ...row, passwordHash: row.passwordHash, role: row.role as OperatorRole };
  }

  /** An operator in any state. */
  async findAccount(by: { id: string } | { email: string }): Promise<OperatorAccount | undefined> {
    const row = await this.prisma.operator.findUnique({ where: by, include: FACTORS });
    return row ? toAccount(row) : undefined;
  }

  async findOperator(tx: Transaction, id: string): Promise<OperatorAccount | undefined> {
    const row = await tx.operator.findUnique({ where: { id }, include: FACTORS });
    return row ? toAccount(row) : undefined;
  }

  listOperators(page: PageRequest): Promise<ListedPage<OperatorAccount>> {
    const where = pageFilter(page, { equal: ['role'], searched: ['email'] });
    return pageOf(page, {
      findMany: (slice) => this.prisma.operator.findMany({ where, include: FACTORS, ...slice }),
      count: () => this.prisma.operator.count({ where }),
      sortable: SORTABLE,
      as: toAccount,
    });
  }

  private async hashOf(token: string): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await this.hashes.of('operator_link', token));
  }
}

function toAccount(row: {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly passwordHash: string | null;
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly lastSignInAt: Date | null;
  readonly linkUntil: Date | null;
  readonly totp: { readonly confirmedAt: Date | null } | null;
  readonly passkeys: readonly unknown[];
}): OperatorAccount {
  const { id, email, role, passwordHash, createdAt, disabledAt, lastSignInAt, linkUntil } = row;
  const has = { passkey: row.passkeys.length > 0, totp: Boolean(row.totp?.confirmedAt) };
  return {
    id,
    email,
    role: role as OperatorRole,
    createdAt,
    disabledAt,
    lastSignInAt,
    linkUntil,
    hasPassword: passwordHash !== null,
    secondFactors: (['passkey', 'totp'] as const).filter((kind) => has[kind]),
  };
}

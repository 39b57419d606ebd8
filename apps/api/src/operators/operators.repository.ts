import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
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

/** By what an operator is known at the sign-in: a password, an identity at the issuer of single sign-on, or both. */
export interface OperatorCredentialState {
  readonly passwordHash: string | null;
  readonly ssoIssuer: string | null;
  readonly ssoSubject: string | null;
}

/** An operator who is not disabled, and has accepted their invitation in one way or another. */
export interface ActiveOperator extends Operator, OperatorCredentialState {
  /** Until when the password counts that the link of a reset has set, where passwords are switched off. */
  readonly resetUntil: Date | null;
}

/** An operator as owners see them. */
export interface OperatorAccount extends Operator {
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  readonly lastSignInAt: Date | null;
  /** Until when the link is good by which this operator sets a password. */
  readonly linkUntil: Date | null;
  readonly hasPassword: boolean;
  /** Whether they have a way to sign in: a password, or an identity at an issuer. */
  readonly hasAccepted: boolean;
  /** The issuer of single sign-on that knows this operator. */
  readonly ssoIssuer: string | null;
  /** Until when a sign-in at the issuer with this e-mail address becomes this operator's. */
  readonly ssoLinkUntil: Date | null;
  /** The kinds of second factor that are set up. */
  readonly secondFactors: readonly ('passkey' | 'totp')[];
}

/** A link that sets a password, once. */
export interface NewLink {
  /** The link's secret; its hash is stored. */
  readonly token: string;
  readonly until: Date;
  /** The command on the machine made it: it counts where passwords are switched off, too. */
  readonly isReset?: boolean;
  /** It can be accepted at the issuer of single sign-on, too. */
  readonly isInvitation?: boolean;
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
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
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
      where: { role: { in: [...roles] }, ...this.whoCanSignIn() },
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
      where: { id: { not: id }, role: 'owner', ...this.whoCanSignIn() },
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
  async setLink(tx: Transaction, id: string, link: NewLink): Promise<void> {
    const { token, until, isReset = false, isInvitation = false } = link;
    const data = {
      linkHash: await this.hashOf(token),
      linkUntil: until,
      resetUntil: isReset ? until : null,
      ...(isInvitation && { ssoLinkUntil: until }),
    };
    await tx.operator.update({ where: { id }, data });
  }

  /** Lets the next sign-in at the issuer with the operator's e-mail address be theirs. */
  async letLink(tx: Transaction, id: string, until: Date): Promise<void> {
    await tx.operator.update({ where: { id }, data: { ssoLinkUntil: until } });
  }

  async findByLink(token: string, now: Date): Promise<OperatorAccount | undefined> {
    const row = await this.prisma.operator.findUnique({
      where: { linkHash: await this.hashOf(token), ...this.whoseLinkIsGood(now) },
      include: FACTORS,
    });
    return row ? toAccount(row) : undefined;
  }

  /** Sets a password by a link. @returns false when the link is no longer good: it is used once */
  async useLink(tx: Transaction, token: string, passwordHash: string, now: Date): Promise<boolean> {
    const { count } = await tx.operator.updateMany({
      where: { linkHash: await this.hashOf(token), ...this.whoseLinkIsGood(now) },
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

  /** An operator who is not disabled and has a password, or an identity at an issuer. */
  async findActive(by: { id: string } | { email: string }): Promise<ActiveOperator | undefined> {
    const row = await this.prisma.operator.findUnique({ where: { ...by, disabledAt: null } });
    if (!row || (row.passwordHash === null && row.ssoSubject === null)) return undefined;
    // Until the link of a reset is used, all is as it was.
    const resetUntil = row.linkHash === null ? row.resetUntil : null;
    return { ...row, role: row.role as OperatorRole, resetUntil };
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

  /** Those who can sign in as the server is set up now. */
  private whoCanSignIn() {
    const { passwords, singleSignOn } = this.settings;
    return {
      disabledAt: null,
      OR: [
        ...(passwords ? [{ passwordHash: { not: null } }] : []),
        ...(singleSignOn ? [{ ssoIssuer: singleSignOn.issuer }] : []),
      ],
    };
  }

  private whoseLinkIsGood(now: Date) {
    return {
      linkUntil: { gt: now },
      disabledAt: null,
      ...(this.settings.passwords ? {} : { resetUntil: { gt: now } }),
    };
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
  readonly ssoIssuer: string | null;
  readonly ssoLinkUntil: Date | null;
  readonly totp: { readonly confirmedAt: Date | null } | null;
  readonly passkeys: readonly unknown[];
}): OperatorAccount {
  const { id, email, role, createdAt, disabledAt, lastSignInAt, linkUntil, ssoIssuer, ssoLinkUntil } = row;
  const has = { passkey: row.passkeys.length > 0, totp: Boolean(row.totp?.confirmedAt) };
  return {
    id,
    email,
    role: role as OperatorRole,
    createdAt,
    disabledAt,
    lastSignInAt,
    linkUntil,
    ssoIssuer,
    ssoLinkUntil,
    hasPassword: row.passwordHash !== null,
    hasAccepted: row.passwordHash !== null || ssoIssuer !== null,
    secondFactors: (['passkey', 'totp'] as const).filter((kind) => has[kind]),
  };
}

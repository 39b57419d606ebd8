import { Injectable } from '@nestjs/common';
import { actorOf, Audit } from '../audit/index.js';
import { Clock, notFound, type Caller, type PageRequest, type RequestTrace } from '../platform/index.js';
import { UserTokens } from './user-tokens.js';
import { UsersRepository, type UserWithCount } from './users.repository.js';

const SEEN_EVERY_MS = 60_000;
const MAX_REMEMBERED = 10_000;

/** Knows the end users, under the ids of the calling app; whoever is named becomes known. */
@Injectable()
export class UsersService {
  private readonly lastSeen = new Map<string, number>();

  constructor(
    private readonly repository: UsersRepository,
    private readonly tokens: UserTokens,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  ensure(id: string, profile: { name?: string | undefined; email?: string | undefined } = {}): Promise<void> {
    return this.repository.ensure(id, profile);
  }

  /** A token that lets the app's signed-in user speak for themselves. */
  async createToken(userId: string, expiresInS: number, caller: Caller, trace: RequestTrace) {
    await this.repository.ensure(userId, {});
    await this.audit.record({
      type: 'user_token.created',
      outcome: 'succeeded',
      actor: actorOf(caller),
      userId,
      agentId: caller.type === 'agent' ? caller.id : undefined,
      ...trace,
      detail: { expiresInS },
    });
    return this.tokens.mint(userId, expiresInS);
  }

  /** Notes that the user was here, at most once a minute, and makes a new one known. */
  async seen(userId: string): Promise<void> {
    const now = this.clock.now();
    if (now - (this.lastSeen.get(userId) ?? 0) < SEEN_EVERY_MS) return;
    if (this.lastSeen.size >= MAX_REMEMBERED) this.lastSeen.clear();
    this.lastSeen.set(userId, now);
    await this.repository.ensure(userId, {});
    await this.repository.seen(userId, new Date(now));
  }

  async get(id: string): Promise<UserWithCount> {
    const user = await this.repository.find(id);
    if (!user) throw notFound('user');
    return user;
  }

  page(page: PageRequest): Promise<{ rows: UserWithCount[]; total: number }> {
    return this.repository.page(page);
  }

  count(): Promise<number> {
    return this.repository.count();
  }
}

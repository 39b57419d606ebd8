import { Injectable } from '@nestjs/common';
import { actorOf, Audit } from '../audit/index.js';
import {
  notFound,
  Problem,
  type Caller,
  type ListedPage,
  type PageRequest,
  type RequestTrace,
  type Transaction,
} from '../platform/index.js';
import { DeletedUsers } from './deleted-users.js';
import { LastSeen } from './last-seen.js';
import { UserTokens, type VerifiedUser } from './user-tokens.js';
import { UsersRepository, type UserWithCount } from './users.repository.js';

/** The end users, under the ids of the calling app; a user is created when a request first names one. */
@Injectable()
export class UsersService {
  constructor(
    private readonly repository: UsersRepository,
    private readonly tokens: UserTokens,
    private readonly audit: Audit,
    private readonly deletedUsers: DeletedUsers,
    private readonly lastSeen: LastSeen,
  ) {}

  ensure(id: string, profile: { name?: string | undefined; email?: string | undefined } = {}): Promise<void> {
    return this.repository.ensure(id, profile);
  }

  /**
   * A token that lets the app's signed-in user speak for themselves.
   * @throws Problem 403 `user_tokens_denied` for an agent that may mint none
   */
  async createToken(userId: string, expiresInS: number, caller: Caller, trace: RequestTrace) {
    // An operator does not read users' tokens, by this way either.
    const right = caller.type === 'agent' ? caller.userTokens : 'without_raw_tokens';
    if (right === 'none') throw new Problem('user_tokens_denied').asDenial(userId);
    const rawTokens = right === 'any';
    await this.deletedUsers.settle(userId);
    await this.repository.ensure(userId, {});
    await this.audit.record({
      type: 'user_token.created',
      outcome: 'succeeded',
      actor: actorOf(caller),
      userId,
      agentId: caller.type === 'agent' ? caller.id : undefined,
      ...trace,
      detail: { expiresInS, rawTokens },
    });
    const mintedBy = caller.type === 'agent' ? caller.id : undefined;
    return this.tokens.mint(userId, { expiresInS, rawTokens, mintedBy });
  }

  /** Makes the user known, and notes that they were here. @returns false when they were deleted since the token was issued */
  seen(user: VerifiedUser): Promise<boolean> {
    return this.lastSeen.note(user);
  }

  /**
   * Deletes the user with everything that hangs on them. Tokens issued before `at` speak for nobody from then on; one
   * who comes back with a new token starts afresh. The caller records it.
   * @returns false when there is no such user
   */
  async remove(tx: Transaction, id: string, at: Date): Promise<boolean> {
    if (!(await this.repository.remove(tx, id))) return false;
    await this.deletedUsers.add(tx, id, at);
    this.lastSeen.forget(id);
    return true;
  }

  async getUser(id: string): Promise<UserWithCount> {
    const user = await this.repository.findUser(id);
    if (!user) throw notFound('user');
    return user;
  }

  listUsers(page: PageRequest): Promise<ListedPage<UserWithCount>> {
    return this.repository.listUsers(page);
  }

  count(): Promise<number> {
    return this.repository.count();
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CredentialReaders, type Caller, type CredentialReader } from '../platform/index.js';
import { LastSeen } from './last-seen.js';
import { UserTokens, type VerifiedUser } from './user-tokens.js';

/** Reads user tokens (JWT). */
@Injectable()
export class UserCredentials implements CredentialReader, OnModuleInit {
  constructor(
    private readonly tokens: UserTokens,
    private readonly lastSeen: LastSeen,
    private readonly readers: CredentialReaders,
  ) {}

  onModuleInit(): void {
    this.readers.register(this);
  }

  async read(_: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined> {
    if (bearer?.split('.').length !== 3) return undefined;
    const verified = await this.tokens.verify(bearer);
    if (!verified || !(await this.lastSeen.note(verified))) return undefined;
    return callerOf(verified);
  }

  recognize(bearer: string): Caller | undefined {
    const verified = this.tokens.recall(bearer);
    return verified && this.lastSeen.isNoted(verified.userId) ? callerOf(verified) : undefined;
  }
}

function callerOf({ userId, rawTokens }: VerifiedUser): Caller {
  return { type: 'user', id: userId, rawTokens };
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Changes, CredentialReaders, type Caller, type CredentialReader } from '../platform/index.js';
import { DeletedUsers } from './deleted-users.js';
import { LastSeen } from './last-seen.js';
import { UserTokens } from './user-tokens.js';

/** Reads user tokens (JWT). */
@Injectable()
export class UserCredentials implements CredentialReader, OnModuleInit {
  constructor(
    private readonly tokens: UserTokens,
    private readonly lastSeen: LastSeen,
    private readonly readers: CredentialReaders,
    private readonly changes: Changes,
    private readonly deleted: DeletedUsers,
  ) {}

  onModuleInit(): void {
    this.readers.register(this);
    this.changes.on('valetkey_authority', () => this.deleted.expectNews());
  }

  async read(_: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined> {
    if (bearer?.split('.').length !== 3) return undefined;
    const verified = await this.tokens.verify(bearer);
    if (!verified || !(await this.lastSeen.note(verified))) return undefined;
    const { userId: id, rawTokens, mintedBy } = verified;
    return { type: 'user', id, rawTokens, mintedBy };
  }
}

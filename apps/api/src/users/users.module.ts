import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { VaultModule } from '../vault/index.js';
import { DeletedUsersRepository } from './deleted-users.repository.js';
import { DeletedUsers } from './deleted-users.js';
import { SealedSigningKeys } from './sealed-signing-keys.js';
import { IssuerKeys } from './issuer-keys.js';
import { LastSeen } from './last-seen.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import { UserCredentials } from './user-credentials.js';
import { UserTokenKeys } from './user-token-keys.js';
import { UserTokens } from './user-tokens.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/**
 * The end users and the tokens that speak for them: minted here, or issued by a trusted OIDC issuer.
 * It never signs anybody in: that is the calling app's business.
 */
@Module({
  imports: [AgentsModule, VaultModule],
  controllers: [UsersController],
  providers: [
    UsersService,
    UsersRepository,
    DeletedUsers,
    DeletedUsersRepository,
    LastSeen,
    IssuerKeys,
    SigningKeysRepository,
    SealedSigningKeys,
    UserTokenKeys,
    UserTokens,
    UserCredentials,
  ],
  exports: [UsersService, UserTokens],
})
export class UsersModule {}

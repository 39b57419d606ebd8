import { Module } from '@nestjs/common';
import { OAuthModule } from '../oauth/index.js';
import { OperatorsModule } from '../operators/index.js';
import { VaultModule } from '../vault/index.js';
import { OperatorIssuer } from './operator-issuer.js';
import { SingleSignOnController } from './single-sign-on.controller.js';
import { SingleSignOn } from './single-sign-on.js';
import { SsoCallbackController } from './sso-callback.controller.js';
import { SsoRequestsRepository } from './sso-requests.repository.js';

/** Operators who sign in at an OpenID Connect issuer, which also says what they may do. */
@Module({
  imports: [OperatorsModule, OAuthModule, VaultModule],
  controllers: [SingleSignOnController, SsoCallbackController],
  providers: [OperatorIssuer, SingleSignOn, SsoRequestsRepository],
})
export class SingleSignOnModule {}

import { Module } from '@nestjs/common';
import { OperatorCredentials } from './operator-credentials.js';
import { AccountController } from './account.controller.js';
import { FactorsController } from './factors/factors.controller.js';
import { FactorsRepository } from './factors/factors.repository.js';
import { OwnFactors } from './factors/own-factors.js';
import { PendingSignIns } from './factors/pending-sign-ins.repository.js';
import { Reauthentication } from './factors/reauthentication.js';
import { SecondFactors } from './factors/second-factors.js';
import { TotpSecrets } from './factors/totp-secrets.js';
import { OperatorPasswords } from './operator-passwords.js';
import { OperatorSessions } from './operator-sessions.js';
import { OperatorSessionsRepository } from './operator-sessions.repository.js';
import { OperatorsController } from './operators.controller.js';
import { OperatorsRepository } from './operators.repository.js';
import { VaultModule } from '../vault/index.js';
import { OperatorsService } from './operators.service.js';
import { PasswordLinkController } from './password-link.controller.js';
import { SessionController } from './session.controller.js';
import { SignIn } from './sign-in.js';
import { SignInAttemptsRepository } from './sign-in-attempts.repository.js';
import { SignInThrottle } from './sign-in-throttle.js';

/**
 * The people at the dashboard: passwords, second factors, sessions, roles and the key for automation.
 * It never keeps a password, cookie or key in a form that could be read back.
 */
@Module({
  imports: [VaultModule],
  controllers: [
    SessionController,
    OperatorsController,
    AccountController,
    FactorsController,
    PasswordLinkController,
  ],
  providers: [
    OperatorsService,
    OperatorsRepository,
    OperatorSessions,
    OperatorSessionsRepository,
    OperatorPasswords,
    OperatorCredentials,
    SignIn,
    FactorsRepository,
    TotpSecrets,
    SecondFactors,
    OwnFactors,
    PendingSignIns,
    Reauthentication,
    SignInThrottle,
    SignInAttemptsRepository,
  ],
  exports: [OperatorsService, OperatorPasswords],
})
export class OperatorsModule {}

import { Module } from '@nestjs/common';
import { OperatorCredentials } from './operator-credentials.js';
import { AccountController } from './account.controller.js';
import { IdentitiesRepository } from './identities/identities.repository.js';
import { IssuerSignIn } from './identities/issuer-sign-in.js';
import { KnownPeople } from './identities/known-people.js';
import { FactorsController } from './factors/factors.controller.js';
import { FactorsRepository } from './factors/factors.repository.js';
import { OwnFactors } from './factors/own-factors.js';
import { PendingSignIns } from './factors/pending-sign-ins.repository.js';
import { Reauthentication } from './factors/reauthentication.js';
import { SecondFactors } from './factors/second-factors.js';
import { TotpSecrets } from './factors/totp-secrets.js';
import { OperatorKeys } from './keys/operator-keys.js';
import { OperatorKeysController } from './keys/operator-keys.controller.js';
import { OperatorKeysRepository } from './keys/operator-keys.repository.js';
import { OperatorPasswords } from './operator-passwords.js';
import { OperatorSessions } from './operator-sessions.js';
import { OperatorSessionsRepository } from './operator-sessions.repository.js';
import { OperatorsController } from './operators.controller.js';
import { OperatorsRepository } from './operators.repository.js';
import { VaultModule } from '../vault/index.js';
import { OperatorsService } from './operators.service.js';
import { OwnPasskeys } from './passkeys/own-passkeys.js';
import { PasskeyCeremonies } from './passkeys/passkey-ceremonies.js';
import { PasskeySessionController } from './passkeys/passkey-session.controller.js';
import { PasskeySignIn } from './passkeys/passkey-sign-in.js';
import { PasskeysController } from './passkeys/passkeys.controller.js';
import { PasskeysRepository } from './passkeys/passkeys.repository.js';
import { SessionCookies } from './session-cookies.js';
import { SignInOutcomes } from './sign-in-outcomes.js';
import { FactorChanges } from './factors/factor-changes.js';
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
    PasskeysController,
    PasskeySessionController,
    PasswordLinkController,
    OperatorKeysController,
  ],
  providers: [
    OperatorsService,
    OperatorsRepository,
    OperatorSessions,
    OperatorSessionsRepository,
    OperatorKeys,
    OperatorKeysRepository,
    OperatorPasswords,
    OperatorCredentials,
    SignIn,
    FactorsRepository,
    TotpSecrets,
    SecondFactors,
    OwnFactors,
    FactorChanges,
    PasskeysRepository,
    PasskeyCeremonies,
    PasskeySignIn,
    OwnPasskeys,
    SessionCookies,
    SignInOutcomes,
    PendingSignIns,
    Reauthentication,
    SignInThrottle,
    IdentitiesRepository,
    IssuerSignIn,
    KnownPeople,
    SignInAttemptsRepository,
  ],
  exports: [
    OperatorsService,
    OperatorPasswords,
    IssuerSignIn,
    Reauthentication,
    SessionCookies,
    SignInThrottle,
  ],
})
export class OperatorsModule {}

import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Problem, randomSecret, sha256, type RequestTrace } from '../../platform/index.js';
import { OperatorsRepository } from '../operators.repository.js';
import { SignInOutcomes, type NewSession, type SigningBrowser } from '../sign-in-outcomes.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import { PasskeyCeremonies, type ChallengeOwner } from './passkey-ceremonies.js';
import { PasskeysRepository } from './passkeys.repository.js';
import type { AuthenticationResponse } from './passkeys.schemas.js';

/** Signs operators in with a passkey alone, whose device has verified its person: it stands for both factors. */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly ceremonies: PasskeyCeremonies,
    private readonly throttle: SignInThrottle,
    private readonly outcomes: SignInOutcomes,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /** A challenge, and the secret that binds it to this browser. @throws Problem 403 `passwords_off`, 429 `too_many_attempts` */
  async begin({ ip }: RequestTrace) {
    if (!this.settings.passwords) throw new Problem('passwords_off');
    await this.throttle.countChallenge(ip);
    const secret = randomSecret();
    return { secret, options: await this.ceremonies.requestOptions(ownerOf(secret)) };
  }

  /** @throws Problem 401 `sign_in_over`, 403 `wrong_passkey` or `passwords_off`, 429 `too_many_attempts` */
  async finish(
    secret: string | undefined,
    response: AuthenticationResponse,
    browser: SigningBrowser,
    trace: RequestTrace,
  ): Promise<NewSession> {
    if (!this.settings.passwords) return this.outcomes.refuse(new Problem('passwords_off'), undefined, trace);
    if (secret === undefined) return this.outcomes.refuse(new Problem('sign_in_over'), undefined, trace);
    const known = await this.passkeys.findByCredential(response.id);
    const id = known?.operatorId;
    const attempt = { address: trace.ip, account: id ?? 'nobody', device: undefined };
    const prove = () => this.ceremonies.proven(ownerOf(secret), response, true);
    const use = (await this.throttle.judgeFactor(attempt, prove))?.use;
    const account = use && id !== undefined ? await this.operators.findActive({ id }) : undefined;
    if (!use || !account) return this.outcomes.refuse(new Problem('wrong_passkey'), id, trace);
    const session = await this.outcomes.open(account, browser, {
      trace,
      settle: (tx) => this.passkeys.used(use, tx),
      detail: { passkeyId: use.id },
    });
    return session ?? this.outcomes.refuse(new Problem('wrong_passkey'), id, trace);
  }
}

function ownerOf(secret: string): ChallengeOwner {
  return `sign-in ${sha256(secret).toString('hex')}`;
}

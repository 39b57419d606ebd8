import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Clock, invalidInput, Problem, type RequestTrace } from '../../platform/index.js';
import { changeEvent, type ChangedBy } from '../changed-by.js';
import { countingPassword } from '../counting-password.js';
import { OperatorSessionsRepository } from '../operator-sessions.repository.js';
import { OperatorsRepository } from '../operators.repository.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import type { OwnAccount } from './factor-changes.js';
import { SecondFactors, type FactorMethod, type FactorProof } from './second-factors.js';

/** The proof of a person in an open session: the second factor, or the password where there is none. */
export type PersonProof = FactorProof | { readonly password: string };

/** The kinds of proof of a person in an open session. */
export const PERSON_PROOFS = ['second_factor', 'password', 'single_sign_on'] as const;
export type PersonProofKind = (typeof PERSON_PROOFS)[number];

/** Has the person in a session prove again who they are, for what is dangerous. */
@Injectable()
export class Reauthentication {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly sessions: OperatorSessionsRepository,
    private readonly factors: SecondFactors,
    private readonly throttle: SignInThrottle,
    private readonly audit: Audit,
    private readonly clock: Clock,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /**
   * @throws Problem 400 for a proof of the other kind, 403 `wrong_password` or `wrong_code`, 429 `too_many_attempts`
   */
  async prove(
    own: OwnAccount,
    proof: PersonProof,
    by: ChangedBy & { readonly trace: RequestTrace },
  ): Promise<void> {
    const hasFactor = (await this.factors.methodsOf(own.id)).length > 0;
    if (hasFactor && 'password' in proof)
      throw invalidInput(
        'password: send "passkey", "code" or "recoveryCode"; this account has a second factor',
      ).asDenial();
    if (!hasFactor && !('password' in proof))
      throw invalidInput('password: is required; this account has no second factor').asDenial();
    const method =
      'password' in proof
        ? await this.byPassword(own.id, proof.password, by.trace)
        : await this.byFactor(own, proof, by.trace);
    await this.proven(own, method, by);
  }

  /**
   * The person in a session has proven who they are.
   * @throws Problem 401 `authentication_required` when the session has ended
   */
  async proven(
    own: OwnAccount,
    method: FactorMethod | 'password' | 'single_sign_on',
    by: ChangedBy & { readonly trace: RequestTrace },
  ): Promise<void> {
    const { id: operatorId, sessionId } = own;
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.sessions.proven(tx, own, this.clock.date())))
        throw new Problem('authentication_required.session');
      const detail = { operatorId, sessionId, method };
      await this.audit.recordIn(tx, changeEvent('operator.reauthenticated', detail, by));
    });
  }

  /** The ways in which this operator can prove it. With a second factor, only that counts. */
  async waysOf(operatorId: string): Promise<readonly PersonProofKind[]> {
    if (await this.factors.hasFactor(operatorId)) return ['second_factor'];
    const account = await this.operators.findActive({ id: operatorId });
    const { singleSignOn } = this.settings;
    return [
      ...(countingPassword(account, this.settings, this.clock.date()) ? (['password'] as const) : []),
      ...(singleSignOn && account?.ssoIssuer === singleSignOn.issuer ? (['single_sign_on'] as const) : []),
    ];
  }

  private async byPassword(id: string, password: string, { ip }: RequestTrace): Promise<'password'> {
    const account = await this.operators.findActive({ id });
    if (!account) throw new Problem('authentication_required.session');
    const hash = countingPassword(account, this.settings, this.clock.date());
    if (hash === undefined) throw new Problem(this.settings.passwords ? 'no_password' : 'passwords_off');
    const attempt = { address: ip, account: account.email, device: undefined };
    if (await this.throttle.judge(attempt, hash, password)) return 'password';
    throw new Problem('wrong_password').asDenial();
  }

  private async byFactor({ id, sessionId }: OwnAccount, proof: FactorProof, { ip }: RequestTrace) {
    const method = await this.factors.judge(id, proof, {
      address: ip,
      device: sessionId,
      challenge: `proof ${sessionId}`,
    });
    if (!method) throw new Problem('passkey' in proof ? 'wrong_passkey' : 'wrong_code').asDenial();
    return method;
  }
}

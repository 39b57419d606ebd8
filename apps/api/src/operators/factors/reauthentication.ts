import { Injectable } from '@nestjs/common';
import { Audit } from '../../audit/index.js';
import { Clock, invalidInput, Problem, type RequestTrace } from '../../platform/index.js';
import type { ChangedBy } from '../changed-by.js';
import { OperatorSessionsRepository } from '../operator-sessions.repository.js';
import { OperatorsRepository } from '../operators.repository.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import type { OwnAccount } from './factor-changes.js';
import { SecondFactors, type FactorProof } from './second-factors.js';

/** The proof of a person in an open session: the second factor, or the password where there is none. */
export type PersonProof = FactorProof | { readonly password: string };

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
    const { id: operatorId, sessionId } = own;
    await this.operators.inTransaction(async (tx) => {
      if (!(await this.sessions.proven(tx, own, this.clock.date())))
        throw new Problem('authentication_required.session');
      await this.audit.recordIn(tx, {
        type: 'operator.reauthenticated',
        outcome: 'succeeded',
        actor: by.actor,
        detail: { operatorId, sessionId, method },
        ...by.trace,
      });
    });
  }

  private async byPassword(id: string, password: string, { ip }: RequestTrace): Promise<'password'> {
    const account = await this.operators.findActive({ id });
    if (!account) throw new Problem('authentication_required.session');
    const attempt = { address: ip, account: account.email, device: undefined };
    if (await this.throttle.judge(attempt, account.passwordHash, password)) return 'password';
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

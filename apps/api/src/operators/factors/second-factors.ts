import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Clock, Problem, type Transaction } from '../../platform/index.js';
import { PasskeyCeremonies, type ChallengeOwner } from '../passkeys/passkey-ceremonies.js';
import { PasskeysRepository } from '../passkeys/passkeys.repository.js';
import type { AuthenticationResponse } from '../passkeys/passkeys.schemas.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import { FactorsRepository } from './factors.repository.js';
import { TotpSecrets } from './totp-secrets.js';
import { matchingStep } from './totp.js';

export const FACTOR_METHODS = ['passkey', 'totp', 'recovery_code'] as const;

/** A way to prove the second factor. */
export type FactorMethod = (typeof FACTOR_METHODS)[number];

/** A proof as it is sent. */
export type FactorProof =
  | { readonly code: string }
  | { readonly recoveryCode: string }
  | { readonly passkey: AuthenticationResponse };

/** The origin of a proof: an address, and a browser that is known by its session or by an earlier sign-in. */
export interface ProofOrigin {
  readonly address: string;
  readonly device: string | undefined;
  /** The owner of the challenge that a passkey answers. */
  readonly challenge: ChallengeOwner;
}

/** Judges second factors. Each proof is counted before it is looked at, and is worth something once. */
@Injectable()
export class SecondFactors {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly rows: FactorsRepository,
    private readonly secrets: TotpSecrets,
    private readonly throttle: SignInThrottle,
    private readonly clock: Clock,
    private readonly passkeys: PasskeysRepository,
    private readonly ceremonies: PasskeyCeremonies,
  ) {}

  /** The ways in which the operator can prove it; empty for operators who have no second factor. */
  async methodsOf(operatorId: string): Promise<FactorMethod[]> {
    const hasTotp = ((await this.rows.findTotp(operatorId))?.confirmedAt ?? null) !== null;
    const hasPasskey = (await this.passkeys.listPasskeys(operatorId)).length > 0;
    if (!hasTotp && !hasPasskey) return [];
    const codes = await this.rows.countRecoveryCodes(operatorId);
    const has = { passkey: hasPasskey, totp: hasTotp, recovery_code: codes > 0 };
    return FACTOR_METHODS.filter((method) => has[method]);
  }

  /** Whether the operator has a second factor. */
  hasFactor(operatorId: string, tx?: Transaction): Promise<boolean> {
    return this.rows.hasFactor(operatorId, tx);
  }

  /**
   * Whether a second factor is required, and the operator has none.
   * @param hasIssuerFactor whether the issuer of single sign-on has asked for one at this sign-in
   */
  async mustEnrol(operatorId: string, hasIssuerFactor = false): Promise<boolean> {
    if (this.settings.secondFactor !== 'required' || hasIssuerFactor) return false;
    return !(await this.rows.hasFactor(operatorId));
  }

  /**
   * @returns how it was proven, `undefined` when it was not
   * @throws Problem 429 `too_many_attempts`
   */
  async judge(
    operatorId: string,
    proof: FactorProof,
    origin: ProofOrigin,
  ): Promise<FactorMethod | undefined> {
    const attempt = { ...origin, account: operatorId };
    if ('passkey' in proof) {
      const take = () => this.takePasskey(operatorId, proof.passkey, origin.challenge);
      return (await this.throttle.judgeFactor(attempt, take)) ? 'passkey' : undefined;
    }
    if ('recoveryCode' in proof) {
      const take = () => this.rows.takeRecoveryCode(operatorId, proof.recoveryCode);
      return (await this.throttle.judgeFactor(attempt, take)) ? 'recovery_code' : undefined;
    }
    const take = () => this.takeCode(operatorId, proof.code);
    return (await this.throttle.judgeFactor(attempt, take)) ? 'totp' : undefined;
  }

  /** Options for a passkey of this operator. @throws Problem 409 `no_second_factor` for operators who have none */
  async passkeyOptions(operatorId: string, owner: ChallengeOwner) {
    if ((await this.passkeys.listPasskeys(operatorId)).length === 0) throw new Problem('no_second_factor');
    return this.ceremonies.requestOptions(owner, operatorId);
  }

  private async takePasskey(
    operatorId: string,
    response: AuthenticationResponse,
    owner: ChallengeOwner,
  ): Promise<boolean> {
    const proven = await this.ceremonies.proven(owner, response, false);
    return proven?.operatorId === operatorId && (await this.passkeys.used(proven.use));
  }

  private async takeCode(operatorId: string, code: string): Promise<boolean> {
    const totp = await this.rows.findTotp(operatorId);
    if (!totp?.confirmedAt) return false;
    const step = matchingStep(await this.secrets.open(totp), code, this.clock.now());
    return step !== undefined && (await this.rows.takeStep(totp.id, step));
  }
}

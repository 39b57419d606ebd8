import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Clock, type Transaction } from '../../platform/index.js';
import { SignInThrottle } from '../sign-in-throttle.js';
import { FactorsRepository } from './factors.repository.js';
import { TotpSecrets } from './totp-secrets.js';
import { matchingStep } from './totp.js';

export const FACTOR_METHODS = ['totp', 'recovery_code'] as const;

/** A way to prove the second factor. */
export type FactorMethod = (typeof FACTOR_METHODS)[number];

/** A proof as it is sent. */
export type FactorProof = { readonly code: string } | { readonly recoveryCode: string };

/** The origin of a proof: an address, and a browser that is known by its session or by an earlier sign-in. */
export interface ProofOrigin {
  readonly address: string;
  readonly device: string | undefined;
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
  ) {}

  /** The ways in which the operator can prove it; empty for operators who have no second factor. */
  async methodsOf(operatorId: string): Promise<FactorMethod[]> {
    if (!(await this.rows.hasFactor(operatorId))) return [];
    const codes = await this.rows.countRecoveryCodes(operatorId);
    return codes > 0 ? ['totp', 'recovery_code'] : ['totp'];
  }

  /** Whether the operator has a second factor. */
  hasFactor(operatorId: string, tx?: Transaction): Promise<boolean> {
    return this.rows.hasFactor(operatorId, tx);
  }

  /** Whether a second factor is required, and the operator has none. */
  async mustEnrol(operatorId: string): Promise<boolean> {
    return this.settings.secondFactor === 'required' && !(await this.rows.hasFactor(operatorId));
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
    if ('recoveryCode' in proof) {
      const take = () => this.rows.takeRecoveryCode(operatorId, proof.recoveryCode);
      return (await this.throttle.judgeFactor(attempt, take)) ? 'recovery_code' : undefined;
    }
    const take = () => this.takeCode(operatorId, proof.code);
    return (await this.throttle.judgeFactor(attempt, take)) ? 'totp' : undefined;
  }

  private async takeCode(operatorId: string, code: string): Promise<boolean> {
    const totp = await this.rows.findTotp(operatorId);
    if (!totp?.confirmedAt) return false;
    const step = matchingStep(await this.secrets.open(totp), code, this.clock.now());
    return step !== undefined && (await this.rows.takeStep(totp.id, step));
  }
}

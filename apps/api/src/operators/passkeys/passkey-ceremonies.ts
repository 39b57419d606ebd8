import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Clock, newId } from '../../platform/index.js';
import { PasskeysRepository, type PasskeyUse, type StoredPasskey } from './passkeys.repository.js';
import type { AuthenticationResponse, RegistrationResponse } from './passkeys.schemas.js';

/** How long a person has to answer a challenge. */
export const CHALLENGE_MS = 5 * 60_000;

/** The session or browser that a challenge is for, and the kind of answer. */
export type ChallengeOwner =
  `registration ${string}` | `proof ${string}` | `second factor ${string}` | `sign-in ${string}`;

/** A passkey that has signed a challenge. */
export interface ProvenPasskey {
  readonly operatorId: string;
  readonly use: PasskeyUse;
}

/** Loaded when the first passkey is used: it brings all of ASN.1. */
const library = () => import('@simplewebauthn/server');

/** The ceremonies of WebAuthn. Each challenge is for one kind of answer in one browser, for five minutes, and once. */
@Injectable()
export class PasskeyCeremonies {
  constructor(
    private readonly rows: PasskeysRepository,
    private readonly clock: Clock,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  async creationOptions(owner: ChallengeOwner, operator: { readonly id: string; readonly email: string }) {
    const { generateRegistrationOptions } = await library();
    const options = await generateRegistrationOptions({
      rpName: 'Valetkey',
      rpID: this.site().rpId,
      userID: Uint8Array.from(Buffer.from(operator.id)),
      userName: operator.email,
      attestationType: 'none',
      excludeCredentials: await this.credentialsOf(operator.id),
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      timeout: CHALLENGE_MS,
    });
    await this.keepChallenge(options.challenge, owner);
    return options;
  }

  /** Options for the passkeys of one operator, or, without one, for whichever the person chooses. */
  async requestOptions(owner: ChallengeOwner, operatorId?: string) {
    const { generateAuthenticationOptions } = await library();
    const isAlone = operatorId === undefined;
    const options = await generateAuthenticationOptions({
      rpID: this.site().rpId,
      allowCredentials: isAlone ? [] : await this.credentialsOf(operatorId),
      userVerification: isAlone ? 'required' : 'preferred',
      timeout: CHALLENGE_MS,
    });
    await this.keepChallenge(options.challenge, owner);
    return options;
  }

  /** @returns the new passkey, `undefined` when the answer is not one to a challenge of this owner */
  async created(
    owner: ChallengeOwner,
    response: RegistrationResponse,
  ): Promise<
    Pick<StoredPasskey, 'id' | 'credentialId' | 'publicKey' | 'counter' | 'transports'> | undefined
  > {
    const { verifyRegistrationResponse } = await library();
    const verified = await orUndefined(
      verifyRegistrationResponse({
        ...this.expected(owner),
        response: response as never,
        requireUserVerification: false,
      }),
    );
    if (!verified?.registrationInfo) return undefined;
    const { id, publicKey, counter, transports = [] } = verified.registrationInfo.credential;
    return { id: newId('psk'), credentialId: id, publicKey, counter: BigInt(counter), transports };
  }

  /**
   * @param isAlone whether the passkey stands for both factors, so that its device has to know its person
   * @returns the passkey, `undefined` when the answer is not one to a challenge of this owner. The caller records the use
   */
  async proven(
    owner: ChallengeOwner,
    response: AuthenticationResponse,
    isAlone: boolean,
  ): Promise<ProvenPasskey | undefined> {
    const passkey = await this.rows.findByCredential(response.id);
    if (!passkey || !isHandleOf(passkey, response)) return undefined;
    const { verifyAuthenticationResponse } = await library();
    const { id, operatorId, credentialId, publicKey, counter } = passkey;
    const verified = await orUndefined(
      verifyAuthenticationResponse({
        ...this.expected(owner),
        response: response as never,
        credential: { id: credentialId, publicKey, counter: Number(counter) },
        requireUserVerification: isAlone,
      }),
    );
    if (!verified?.verified) return undefined;
    const { newCounter } = verified.authenticationInfo;
    return { operatorId, use: { id, counter, newCounter, at: this.clock.date() } };
  }

  private expected(owner: ChallengeOwner) {
    const { origin, rpId } = this.site();
    return {
      expectedChallenge: (challenge: string) => this.rows.takeChallenge(challenge, owner, this.clock.date()),
      expectedOrigin: origin,
      expectedRPID: rpId,
    };
  }

  private keepChallenge(challenge: string, owner: ChallengeOwner): Promise<void> {
    const now = this.clock.date();
    const until = new Date(now.getTime() + CHALLENGE_MS);
    return this.rows.addChallenge(challenge, owner, { now, until });
  }

  private async credentialsOf(operatorId: string) {
    const passkeys = await this.rows.listPasskeys(operatorId);
    return passkeys.map(({ credentialId, transports }) => ({
      id: credentialId,
      transports: transports as never[],
    }));
  }

  private site(): { origin: string; rpId: string } {
    const { origin, hostname } = new URL(this.settings.publicUrl);
    return { origin, rpId: hostname };
  }
}

/** A discoverable passkey names its person, who has to be the one that it is stored for. */
function isHandleOf({ operatorId }: StoredPasskey, { response }: AuthenticationResponse): boolean {
  return (
    response.userHandle === undefined ||
    Buffer.from(response.userHandle, 'base64url').toString() === operatorId
  );
}

/** The library throws for an answer that is wrong. */
async function orUndefined<T>(verification: Promise<T>): Promise<T | undefined> {
  try {
    return await verification;
  } catch (error) {
    if (error instanceof Error && !('clientVersion' in error)) return undefined;
    throw error;
  }
}

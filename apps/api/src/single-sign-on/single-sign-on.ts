import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  IssuerSignIn,
  Reauthentication,
  SignInThrottle,
  SsoRefusal,
  type SigningBrowser,
} from '../operators/index.js';
import { Clock, Problem, randomSecret, type RequestTrace } from '../platform/index.js';
import { OperatorIssuer, type TripSecrets } from './operator-issuer.js';
import { personOf } from './sso-claims.js';
import { SsoRequestsRepository, type SsoRequest } from './sso-requests.repository.js';

/** How long somebody may take at the issuer. */
export const TRIP_MS = 10 * 60_000;

/** A browser that is to go to the issuer. */
export interface Departure {
  readonly authorizationUri: string;
  /** For a cookie: without it the answer is worth nothing. */
  readonly browserSecret: string;
}

/** A browser that has come back. */
export interface Arrival {
  readonly answer: URLSearchParams;
  readonly browserSecret: string | undefined;
  readonly browser: SigningBrowser;
}

/** Sends operators to the issuer, and takes them in when they come back. */
@Injectable()
export class SingleSignOn {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly issuer: OperatorIssuer,
    private readonly requests: SsoRequestsRepository,
    private readonly signIns: IssuerSignIn,
    private readonly reauthentication: Reauthentication,
    private readonly throttle: SignInThrottle,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 409 `single_sign_on_off`, 429 `too_many_attempts`, 502 `single_sign_on_unavailable` */
  async begin({ ip }: RequestTrace): Promise<Departure> {
    await this.throttle.countChallenge(ip);
    return this.depart(undefined);
  }

  /** The same for a proof in an open session: the issuer is told to ask who they are, whatever it knows. */
  async beginProof(own: { readonly id: string; readonly sessionId: string }): Promise<Departure> {
    if (!this.settings.singleSignOn) throw new Problem('single_sign_on_off');
    if (!(await this.reauthentication.waysOf(own.id)).includes('single_sign_on'))
      throw new Problem('single_sign_on_off.account');
    return this.depart(own.sessionId);
  }

  /** The trip that an answer belongs to; it counts once. @throws SsoRefusal */
  async arrive({ answer, browserSecret }: Arrival): Promise<SsoRequest> {
    const state = answer.get('state') ?? '';
    const secrets = { state, browser: browserSecret ?? '' };
    const isWhole = state !== '' && browserSecret !== undefined;
    const request = isWhole ? await this.requests.take(secrets, this.clock.date()) : undefined;
    if (!request) throw new SsoRefusal('over');
    return request;
  }

  /** @throws SsoRefusal */
  async signIn(arrival: Arrival, trace: RequestTrace): ReturnType<IssuerSignIn['signIn']> {
    return this.signIns.signIn(await this.person(arrival), arrival.browser, trace);
  }

  /** @throws SsoRefusal */
  async prove(
    arrival: Arrival,
    { own, createdAt }: SsoRequest & { readonly own: NonNullable<SsoRequest['own']> },
    trace: RequestTrace,
  ): Promise<void> {
    await this.signIns.prove(await this.person(arrival), { own, askedAt: createdAt }, trace);
  }

  private async person({ answer, browserSecret = '' }: Arrival) {
    const { singleSignOn } = this.settings;
    if (!singleSignOn) throw new SsoRefusal('over');
    const claims = await this.issuer.claims(answer, tripOf(browserSecret, answer.get('state') ?? ''));
    return personOf(claims, singleSignOn);
  }

  private async depart(sessionId: string | undefined): Promise<Departure> {
    const browserSecret = randomSecret();
    const state = randomSecret();
    const trip = tripOf(browserSecret, state);
    const authorizationUri = await this.issuer.authorizationUri(trip, sessionId !== undefined);
    const createdAt = this.clock.date();
    const expiresAt = new Date(createdAt.getTime() + TRIP_MS);
    await this.requests.add({ state, browser: browserSecret }, { createdAt, expiresAt }, sessionId);
    return { authorizationUri, browserSecret };
  }
}

/** The verifier and the nonce follow from the browser's secret, which is in no row: nothing is stored that could leak. */
function tripOf(browserSecret: string, state: string): TripSecrets {
  const derived = (what: string) =>
    createHmac('sha256', browserSecret).update(`${what} ${state}`).digest('base64url');
  return { state, nonce: derived('nonce'), codeVerifier: derived('verifier') };
}

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { OPERATOR_ROLES, ownCookie, requireOwnPage } from '../platform/index.js';
import { SecondFactors } from './factors/second-factors.js';
import { SESSION_COOKIE } from './operator-credentials.js';
import { DEVICE_MS } from './operator-sessions.js';
import type { NewSession, SigningBrowser } from './sign-in-outcomes.js';

/** Names the browser as one on which an account has signed in before. */
const DEVICE_COOKIE = 'valetkey_device';

/** Of a sign-in that waits for its second factor. */
export const PENDING_COOKIE = 'valetkey_sign_in';

/** Of a sign-in with a passkey alone. */
export const PASSKEY_COOKIE = 'valetkey_passkey';

/** Of a person who was sent to the issuer of single sign-on. */
export const SSO_COOKIE = 'valetkey_sso';

export const sessionView = z.object({
  operator: z.object({ id: z.string(), email: z.string(), role: z.enum(OPERATOR_ROLES) }),
  csrfToken: z.string(),
  mustEnrol: z
    .boolean()
    .describe('Whether a second factor has to be set up before anything else is open to this operator.'),
});
export type SessionView = z.output<typeof sessionView>;

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The cookies of the dashboard: for our own host, for no script and no other site. */
@Injectable()
export class SessionCookies {
  constructor(
    private readonly factors: SecondFactors,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /**
   * Refuses to sign in from a page of another site: its form would sign its visitor in as somebody else, who then reads
   * what they enter here.
   * @throws Problem 403 `origin_not_allowed`
   */
  requireOwnPage(request: FastifyRequest): void {
    requireOwnPage(request, this.settings.publicUrl);
  }

  /** The browser that signs in from a page of ours. @throws Problem 403 `origin_not_allowed` */
  requireOwnBrowser(request: FastifyRequest): SigningBrowser {
    this.requireOwnPage(request);
    return this.browserOf(request);
  }

  browserOf(request: FastifyRequest): SigningBrowser {
    return { device: this.read(request, DEVICE_COOKIE), userAgent: request.headers['user-agent'] };
  }

  read(request: FastifyRequest, of: string): string | undefined {
    return request.cookies[this.cookie(request, of).name];
  }

  set(of: string, value: string, lifeMs: number, { request, reply }: Exchange): void {
    const { name, options } = this.cookie(request, of);
    void reply.setCookie(name, value, { ...options, maxAge: lifeMs / 1000 });
  }

  clear(of: string, { request, reply }: Exchange): void {
    const { name, options } = this.cookie(request, of);
    void reply.clearCookie(name, options);
  }

  /** Gives a browser its session, in place of the cookie with which it signed in. */
  async begin(
    { operator, token, csrfToken, device, hasIssuerFactor }: NewSession,
    exchange: Exchange,
    spent?: string,
  ): Promise<SessionView> {
    if (spent !== undefined) this.clear(spent, exchange);
    this.set(SESSION_COOKIE, token, this.settings.operatorSessions.lifeMs, exchange);
    if (device !== undefined) this.set(DEVICE_COOKIE, device, DEVICE_MS, exchange);
    return { operator, csrfToken, mustEnrol: await this.factors.mustEnrol(operator.id, hasIssuerFactor) };
  }

  private cookie({ protocol }: FastifyRequest, of: string) {
    const { name, options } = ownCookie(this.settings.publicUrl, of);
    return {
      name,
      // From the issuer's site the browser comes back with cookies that are lax only.
      options: {
        ...options,
        sameSite: of === SSO_COOKIE ? ('lax' as const) : ('strict' as const),
        secure: options.secure || protocol === 'https',
      },
    };
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { ownCookie, Problem, requireOwnPage, type OwnCookie } from '../../platform/index.js';
import { UsersService, UserTokens, type VerifiedUser } from '../../users/index.js';
import { RedirectUris } from './redirect-uris.js';

const USER_COOKIE = 'valetkey_user';
const BROWSER_COOKIE = 'valetkey_authorization';
const MAX_AGE_S = 600;

/**
 * Proves who a visitor of our pages is: the calling app, where the user is signed in, posts a user token from the
 * user's browser. The origin of that post must be an app's: a link, or another site's form, proves nothing.
 */
@Injectable()
export class UserSessions {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly tokens: UserTokens,
    private readonly users: UsersService,
    private readonly redirectUris: RedirectUris,
  ) {}

  /** The user of this browser, or of this request's `Authorization` header, which no other site can make a browser send. */
  async userOf(request: FastifyRequest): Promise<string | undefined> {
    return (await this.visitorOf(request))?.userId;
  }

  /** As `userOf`, with the agent that minted the token. */
  async visitorOf(request: FastifyRequest): Promise<VerifiedUser | undefined> {
    const header = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = header ?? request.cookies[this.cookie(USER_COOKIE).name];
    const verified = token === undefined ? undefined : await this.tokens.verify(token);
    return verified && (await this.users.seen(verified)) ? verified : undefined;
  }

  /** @throws Problem 403 `origin_not_allowed` */
  requireOwnPage(request: FastifyRequest): void {
    requireOwnPage(request, this.settings.publicUrl);
  }

  /** @throws Problem 403 `origin_not_allowed`, 401 `invalid_credential` */
  async open(request: FastifyRequest, reply: FastifyReply, userToken: string): Promise<void> {
    const { origin } = request.headers;
    if (origin === undefined || !this.redirectUris.allowsOrigin(origin)) {
      throw new Problem('origin_not_allowed.sign_in');
    }
    if ((await this.tokens.verify(userToken)) === undefined)
      throw new Problem('invalid_credential.user_token');
    this.set(reply, USER_COOKIE, userToken);
  }

  /** Remembers the secret that the callback must come back with. */
  bindBrowser(reply: FastifyReply, secret: string): void {
    this.set(reply, BROWSER_COOKIE, secret);
  }

  browserSecret(request: FastifyRequest): string | undefined {
    return request.cookies[this.cookie(BROWSER_COOKIE).name];
  }

  private set(reply: FastifyReply, of: string, value: string): void {
    const { name, options } = this.cookie(of);
    // Lax: the callback is a top-level navigation from the provider's site, while other sites' forms come without it.
    void reply.setCookie(name, value, { ...options, sameSite: 'lax', maxAge: MAX_AGE_S });
  }

  private cookie(name: string): OwnCookie {
    return ownCookie(this.settings.publicUrl, name);
  }
}

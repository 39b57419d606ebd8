import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Problem } from '../platform/index.js';
import { UsersService, UserTokens } from '../users/index.js';
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
    const header = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = header ?? request.cookies[USER_COOKIE];
    const verified = token === undefined ? undefined : await this.tokens.verify(token);
    return verified && (await this.users.seen(verified)) ? verified.userId : undefined;
  }

  /**
   * For the forms on our own pages. Browsers always say where a form stands; who says nothing is none, and sends no
   * cookie by accident. @throws Problem 403 `origin_not_allowed`
   */
  requireOwnPage({ headers }: FastifyRequest): void {
    const { origin } = headers;
    if (origin === undefined || origin === new URL(this.settings.publicUrl).origin) return;
    throw new Problem(403, 'origin_not_allowed', 'This form can only be sent from our own page.');
  }

  /** @throws Problem 403 `origin_not_allowed`, 401 `invalid_credential` */
  async open(request: FastifyRequest, reply: FastifyReply, userToken: string): Promise<void> {
    const { origin } = request.headers;
    if (origin === undefined || !this.redirectUris.allowsOrigin(origin)) {
      throw new Problem(
        403,
        'origin_not_allowed',
        'Only a page of an app in VALETKEY_REDIRECT_URIS may sign its user in here.',
      );
    }
    if ((await this.tokens.verify(userToken)) === undefined)
      throw new Problem(401, 'invalid_credential', 'user_token: is not valid or has expired.');
    void reply.setCookie(USER_COOKIE, userToken, this.cookie());
  }

  /** Remembers the secret that the callback must come back with. */
  bindBrowser(reply: FastifyReply, secret: string): void {
    void reply.setCookie(BROWSER_COOKIE, secret, this.cookie());
  }

  browserSecret(request: FastifyRequest): string | undefined {
    return request.cookies[BROWSER_COOKIE];
  }

  private cookie() {
    // Lax: the callback is a top-level navigation from the provider's site, while other sites' forms come without it.
    return {
      httpOnly: true,
      sameSite: 'lax' as const,
      path: '/',
      secure: this.settings.publicUrl.startsWith('https:'),
      maxAge: MAX_AGE_S,
    };
  }
}

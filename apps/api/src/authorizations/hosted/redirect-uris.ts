import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { isLoopbackHost, Problem } from '../../platform/index.js';

/** Which callback URLs calling apps may use: an exact list, or loopback while developing (RFC 9700, section 2.1). */
@Injectable()
export class RedirectUris {
  constructor(@Inject(SETTINGS_TOKEN) private readonly settings: Settings) {}

  /** @throws Problem 400 `redirect_uri_not_allowed` */
  require(uri: string): void {
    if (this.allows(uri)) return;
    throw new Problem('redirect_uri_not_allowed');
  }

  /** Whether a page of this origin is a calling app that may vouch for its user. */
  allowsOrigin(origin: string): boolean {
    if (!URL.canParse(origin)) return false;
    if (origin === new URL(this.settings.publicUrl).origin) return true;
    const { redirectUris, production } = this.settings;
    if (redirectUris)
      return redirectUris.some((allowed) => URL.canParse(allowed) && new URL(allowed).origin === origin);
    return !production && isLoopbackHost(new URL(origin).hostname);
  }

  private allows(uri: string): boolean {
    const { redirectUris, production } = this.settings;
    if (redirectUris) return redirectUris.includes(uri);
    if (production || !URL.canParse(uri)) return false;
    const { protocol, hostname, username, password, hash } = new URL(uri);
    return (
      ['http:', 'https:'].includes(protocol) && isLoopbackHost(hostname) && !username && !password && !hash
    );
  }
}

import { Browser } from './browser.js';
import type { Client } from './client.js';
import { answerLetIn, LOOPBACK, openLetIn, pkce, type Choice } from './own-client.js';

/** An authorization that a client has got for a user. */
export interface Granted {
  readonly clientId: string;
  readonly tokens: Readonly<Record<string, string>>;
  /** Exchanges the code, once more if it was exchanged before. */
  exchange(members?: Readonly<Record<string, string>>): Promise<TokenAnswer>;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

/** The requests of a client at our authorization server, each by itself, so that each can be made wrong. */
export class OAuthByHand {
  constructor(
    private readonly url: string,
    /** The agent that users let clients act as. */
    private readonly agent: string,
  ) {}

  get resource(): string {
    return this.at('/mcp');
  }

  async register(members: object = {}): Promise<{ status: number; clientId: string }> {
    const response = await fetch(this.at('/oauth2/register'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Scripted', redirect_uris: [LOOPBACK], ...members }),
    });
    const { client_id: clientId = '' } = (await response.json()) as { client_id?: string };
    return { status: response.status, clientId };
  }

  authorizeUrl(clientId: string, members: Readonly<Record<string, string>> = {}): string {
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: LOOPBACK,
      response_type: 'code',
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
      scope: 'mcp',
      state: 'st',
      resource: this.resource,
      ...members,
    });
    return this.at(`/oauth2/authorize?${query}`);
  }

  async token(form: Readonly<Record<string, string>>): Promise<TokenAnswer> {
    const response = await fetch(this.at('/oauth2/token'), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  refresh({ clientId, tokens }: Granted): Promise<TokenAnswer> {
    const token = tokens['refresh_token'] ?? '';
    return this.token({ grant_type: 'refresh_token', client_id: clientId, refresh_token: token });
  }

  /** A code for a user, not exchanged yet. */
  async code(user: Client, choice: Choice = {}): Promise<Granted> {
    const { clientId } = await this.register();
    const { verifier, challenge } = pkce();
    const browser = new Browser();
    const address = this.authorizeUrl(clientId, { code_challenge: challenge });
    const { pageUrl } = await openLetIn(browser, address, user.credential ?? '');
    const back = await answerLetIn(browser, pageUrl, { agent: this.agent, ...choice });
    const code = new URL(back).searchParams.get('code') ?? '';
    const exchange = (members: Readonly<Record<string, string>> = {}) =>
      this.token({
        grant_type: 'authorization_code',
        client_id: clientId,
        code,
        redirect_uri: LOOPBACK,
        code_verifier: verifier,
        resource: this.resource,
        ...members,
      });
    return { clientId, tokens: {}, exchange };
  }

  /** A whole authorization. */
  async grant(user: Client, choice: Choice = {}): Promise<Granted> {
    const granted = await this.code(user, choice);
    const { status, body } = await granted.exchange();
    if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
    return { ...granted, tokens: body };
  }

  private at(path: string): string {
    return new URL(path, this.url).href;
  }
}

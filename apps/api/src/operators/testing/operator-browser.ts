import type { TestApp } from '../../platform/testing/index.js';
import { totpCode } from '../factors/totp.js';

const STEP_MS = 30_000;

export interface BrowserAnswer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies of answers, judged by the specs
  readonly body: any;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An operator's browser: keeps cookies, and sends the CSRF token of its session. */
export class OperatorBrowser {
  readonly cookies = new Map<string, string>();
  private csrfToken: string | undefined;
  private readonly app: TestApp['app'];
  private readonly clock: TestApp['clock'];
  /** Of the authenticator app that was set up here. */
  secret = '';

  constructor(
    private readonly test: TestApp,
    readonly address = '192.0.2.1',
  ) {
    ({ app: this.app, clock: this.clock } = test);
  }

  async send(method: Method, url: string, body?: object): Promise<BrowserAnswer> {
    const { status, text } = await this.request(method, url, body);
    const json: unknown = text === '' ? undefined : JSON.parse(text);
    this.csrfToken = (json as { csrfToken?: string } | undefined)?.csrfToken ?? this.csrfToken;
    return { status, body: json };
  }

  private async request(method: Method, url: string, body?: object) {
    const answer = await this.app.inject({
      method,
      url,
      remoteAddress: this.address,
      headers: {
        ...(this.cookies.size > 0 && {
          cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        }),
        ...(this.csrfToken !== undefined && { 'valetkey-csrf': this.csrfToken }),
      },
      ...(body && { payload: body }),
    });
    for (const { name, value } of answer.cookies)
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    return { status: answer.statusCode, headers: answer.headers, text: answer.body };
  }

  /** Goes to an address, as a link leads there. */
  async visit(url: string): Promise<{ readonly status: number; readonly location: string }> {
    const { status, headers } = await this.request('GET', url);
    return { status, location: String(headers['location'] ?? '') };
  }

  signIn(email: string, password: string): Promise<BrowserAnswer> {
    return this.send('POST', '/v1/operator/session', { email, password });
  }

  prove(proof: object): Promise<BrowserAnswer> {
    return this.send('POST', '/v1/operator/session/second-factor', proof);
  }

  stepUp(proof: object): Promise<BrowserAnswer> {
    return this.send('POST', '/v1/operator/session/proof', proof);
  }

  /** The app's code now, or so many time steps from now. */
  code(steps = 0): string {
    return totpCode(this.secret, this.clock.now() + steps * STEP_MS);
  }

  /** A code that the app has not shown before; time goes on for it. */
  nextCode(): string {
    this.clock.advance(STEP_MS);
    return this.code();
  }

  /** Sets an authenticator app up. @returns the recovery codes */
  async enrol(): Promise<string[]> {
    const begun = await this.send('POST', '/v1/operator/account/totp');
    if (begun.status !== 201) throw new Error(`${begun.status} ${begun.body.code}`);
    this.secret = begun.body.secret;
    const { body } = await this.send('PUT', '/v1/operator/account/totp', { code: this.code() });
    return body.recoveryCodes;
  }

  /** Another browser, which has this one's app at hand. */
  another(address = this.address): OperatorBrowser {
    const other = new OperatorBrowser(this.test, address);
    other.secret = this.secret;
    return other;
  }
}

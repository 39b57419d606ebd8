import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const PLIANT_CLIENT = { clientId: 'pliant-client', clientSecret: 'pliant-secret' };

export interface Received {
  readonly path: string;
  readonly form: URLSearchParams;
}

/** Text is sent unchanged, as HTML unless another type is given; everything else as JSON. */
export interface FixedAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Deviations from a correct server. */
export interface Manners {
  /** Members of the discovery document. */
  metadata?: Readonly<Record<string, unknown>>;
  /** Claims of the ID token; `undefined` takes one away. */
  claims?: Readonly<Record<string, unknown>>;
  /** Redirects token requests there with 307. */
  redirectTo?: string;
  /** Issues tokens whatever the verifier is. */
  ignoresPkce?: boolean;
  /** Members of the token answer; `undefined` takes one away. */
  token?: Readonly<Record<string, unknown>>;
  userinfo?: unknown;
  /** Answers of paths, whatever is asked. */
  answers?: Readonly<Record<string, FixedAnswer>>;
}

/** An OpenID provider that behaves as a spec configures it, even incorrectly. */
export class PliantServer {
  manners: Manners = {};
  readonly received: Received[] = [];
  private readonly codes = new Map<string, URLSearchParams>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<PliantServer> {
    const pliant = new PliantServer();
    pliant.server.listen(0, '127.0.0.1');
    await once(pliant.server, 'listening');
    return pliant;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The code of a user who consents to this request. */
  agree(authorizationUri: string): string {
    const code = `code-${this.codes.size + 1}`;
    this.codes.set(code, new URL(authorizationUri).searchParams);
    return code;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const path = request.url ?? '';
    const form = new URLSearchParams(text);
    this.received.push({ path, form });
    if (path === '/token' && this.manners.redirectTo) {
      response.writeHead(307, { location: this.manners.redirectTo }).end();
      return;
    }
    const fixed = this.manners.answers?.[path] ?? this.manners.answers?.[path.replace(/\?.*/, '')];
    if (fixed) {
      const isText = typeof fixed.body === 'string';
      const type = fixed.type ?? (isText ? 'text/html' : 'application/json');
      response.writeHead(fixed.status, { 'content-type': type, ...fixed.headers });
      response.end(isText ? fixed.body : JSON.stringify(fixed.body ?? {}));
      return;
    }
    const [status, body] = this.body(path, form);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private body(path: string, form: URLSearchParams): [number, unknown] {
    if (path === '/.well-known/openid-configuration') return [200, this.document()];
    if (path === '/userinfo') return [200, this.manners.userinfo ?? { sub: '42' }];
    const asked = this.codes.get(form.get('code') ?? '');
    if (path !== '/token' || !asked) return [400, { error: 'invalid_grant' }];
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!this.manners.ignoresPkce && asked.get('code_challenge') !== challenge)
      return [400, { error: 'invalid_grant' }];
    return [
      200,
      {
        access_token: 'pliant-access',
        token_type: 'Bearer',
        expires_in: 3600,
        id_token: this.idToken(asked),
        ...this.manners.token,
      },
    ];
  }

  private document(): unknown {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      userinfo_endpoint: `${this.url}/userinfo`,
      jwks_uri: `${this.url}/jwks`,
      code_challenge_methods_supported: ['S256'],
      ...this.manners.metadata,
    };
  }

  private idToken(asked: URLSearchParams): string {
    const claims = {
      iss: this.url,
      aud: PLIANT_CLIENT.clientId,
      sub: '42',
      exp: Math.floor(Date.now() / 1000) + 10 * 365 * 86_400,
      nonce: asked.get('nonce'),
      ...this.manners.claims,
    };
    return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.e30`;
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWTPayload } from 'jose';

export const CLIENT_ID = 'valetkey-dashboard';
export const CLIENT_SECRET = 'a secret of the client, and a long one';

/** The ways in which this issuer can be dishonest, or set up wrongly. */
export interface Manners {
  /** Claims of the ID token in place of the right ones. */
  readonly idToken?: JWTPayload;
  readonly userinfo?: Readonly<Record<string, unknown>>;
  readonly signs?: 'none' | 'HS256' | 'foreign_key';
  /** The `iss` of its answer; `null`: it leaves out what it has announced. */
  readonly iss?: string | null;
}

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly claims: JWTPayload;
}

/** An OpenID Connect issuer that is as strict as the real ones, and lies where a spec wants it to. */
export class TestIssuer {
  manners: Manners = {};
  /** Whether it answers at all. */
  isUp = true;
  private readonly server: Server;
  private readonly grants = new Map<string, Grant>();
  private readonly subjects = new Map<string, string>();
  private keys: { publicKey: CryptoKey; privateKey: CryptoKey } | undefined;

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    issuer.keys = await generateKeyPair('RS256');
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    return issuer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The settings with which our server trusts it. */
  env(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      VALETKEY_OPERATOR_OIDC_ISSUER: this.url,
      VALETKEY_OPERATOR_OIDC_CLIENT_ID: CLIENT_ID,
      VALETKEY_OPERATOR_OIDC_CLIENT_SECRET: CLIENT_SECRET,
      VALETKEY_OPERATOR_OIDC_ROLES: 'keepers=owner,ops=admin,staff=auditor',
      VALETKEY_OPERATOR_OIDC_NAME: 'Acme',
      ...more,
    };
  }

  /** Somebody signs in at its page. @returns where it sends their browser */
  authorize(authorizationUri: string, claims: JWTPayload): URL {
    const { searchParams: asked } = new URL(authorizationUri);
    const of = (name: string) => asked.get(name) ?? '';
    if (of('client_id') !== CLIENT_ID || of('response_type') !== 'code') throw new Error(authorizationUri);
    if (of('code_challenge_method') !== 'S256') throw new Error('the verifier goes over the wire');
    const code = randomBytes(16).toString('hex');
    const redirectUri = of('redirect_uri');
    const grant = { nonce: of('nonce'), challenge: of('code_challenge'), redirectUri, claims };
    this.grants.set(code, grant);
    const back = new URL(redirectUri);
    back.searchParams.set('code', code);
    back.searchParams.set('state', of('state'));
    const { iss = this.url } = this.manners;
    if (iss !== null) back.searchParams.set('iss', iss);
    return back;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.isUp) return void response.destroy();
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return void send(200, this.description());
      case '/keys': {
        const jwk = { ...(await exportJWK(this.keyPair.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
        return void send(200, { keys: [jwk] });
      }
      case '/userinfo': {
        const sub = this.subjects.get(request.headers.authorization ?? '');
        return void send(sub === undefined ? 401 : 200, { sub, ...this.manners.userinfo });
      }
      default:
        return void send(...(await this.token(request)));
    }
  }

  private async token(request: IncomingMessage): Promise<[number, object]> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const [scheme, credentials = ''] = (request.headers.authorization ?? '').split(' ');
    const [id, secret] = Buffer.from(credentials, 'base64').toString().split(':').map(formDecoded);
    if (scheme !== 'Basic' || id !== CLIENT_ID || secret !== CLIENT_SECRET)
      return [401, { error: 'invalid_client' }];
    const code = form.get('code') ?? '';
    const grant = this.grants.get(code);
    this.grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (!grant || challenge !== grant.challenge || form.get('redirect_uri') !== grant.redirectUri)
      return [400, { error: 'invalid_grant' }];
    const accessToken = randomBytes(16).toString('hex');
    this.subjects.set(`Bearer ${accessToken}`, String(grant.claims.sub));
    return [200, { access_token: accessToken, token_type: 'Bearer', id_token: await this.idToken(grant) }];
  }

  private async idToken({ nonce, claims }: Grant): Promise<string> {
    const { signs, idToken } = this.manners;
    const now = Math.floor(Date.now() / 1000);
    const own = { iss: this.url, aud: CLIENT_ID, iat: now, exp: now + 300, nonce };
    const payload = { ...own, ...claims, ...idToken };
    if (signs === 'none') return new UnsecuredJWT(payload).encode();
    if (signs === 'HS256')
      return new SignJWT(payload)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode(CLIENT_SECRET));
    const { privateKey } = signs === 'foreign_key' ? await generateKeyPair('RS256') : this.keyPair;
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey);
  }

  private description(): object {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/authorize`,
      token_endpoint: `${this.url}/token`,
      userinfo_endpoint: `${this.url}/userinfo`,
      jwks_uri: `${this.url}/keys`,
      authorization_response_iss_parameter_supported: true,
      // A careless issuer offers what nobody must take.
      id_token_signing_alg_values_supported: ['RS256', 'HS256', 'none'],
    };
  }

  private get keyPair() {
    if (!this.keys) throw new Error('start it first');
    return this.keys;
  }
}

const formDecoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));

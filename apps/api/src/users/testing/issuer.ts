import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  type CryptoKey,
  type JWTHeaderParameters,
  type JWTPayload,
} from 'jose';

/** Members of an issuer's discovery document that differ from the default. */
export type Document = Readonly<Record<string, unknown>>;

/** An OpenID provider with keys and a discovery document that counts requests. */
export class Issuer {
  keySetReads = 0;
  document: Document = {};
  #server: Server | undefined;
  #pair: { publicKey: CryptoKey; privateKey: CryptoKey } | undefined;

  get url(): string {
    return `http://127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    this.#pair = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(this.#pair.publicKey)), kid: 'rsa-1', alg: 'RS256', use: 'sig' };
    this.#server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/keys') this.keySetReads += 1;
      const document = { issuer: this.url, jwks_uri: `${this.url}/keys`, ...this.document };
      response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : document));
    }).listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    this.#server?.close();
  }

  publicPem(): Promise<string> {
    return exportSPKI(this.#pair?.publicKey as CryptoKey);
  }

  sign(
    claims: JWTPayload,
    key = this.#pair?.privateKey as CryptoKey,
    header: JWTHeaderParameters = { alg: 'RS256', kid: 'rsa-1' },
  ): Promise<string> {
    return new SignJWT(claims).setProtectedHeader(header).sign(key);
  }
}

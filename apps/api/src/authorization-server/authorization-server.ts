import { Inject, Injectable } from '@nestjs/common';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { Log, untilItWorks } from '../platform/index.js';
import { CredentialHashes } from '../vault/index.js';
import { ClientDocuments } from './client-documents.js';
import { ACCESS_TOKEN_PREFIX, providerConfiguration } from './provider-configuration.js';
import { RecordAdapters } from './record-adapter.js';

/** Our authorization server (RFC 6749, OAuth 2.1), built by `oidc-provider`, for clients that users bring themselves. */
@Injectable()
export class AuthorizationServer {
  /** The server; made on first use. */
  readonly provider = untilItWorks(() => this.make());

  constructor(
    private readonly records: RecordAdapters,
    private readonly documents: ClientDocuments,
    private readonly hashes: CredentialHashes,
    private readonly log: Log,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /** The resource that tokens are for: the MCP endpoint. */
  get resource(): string {
    return new URL('/mcp', this.settings.publicUrl).href;
  }

  get issuer(): string {
    return new URL(this.settings.publicUrl).origin;
  }

  private async make(): Promise<Provider> {
    const provider = new Provider(
      this.issuer,
      providerConfiguration({
        resource: this.resource,
        adapter: (kind) => this.records.of(kind),
        // The same in every process, and known to none but those that have the vault's keys.
        cookieKeys: [(await this.hashes.of('oauth_cookie', 'signing')).toString('hex')],
        jwks: { keys: [await unusedKey()] },
        fetch: this.documents.fetch,
        secure: this.issuer.startsWith('https:'),
      }),
    );
    provider.proxy = true;
    markTokens(provider.AccessToken.prototype as unknown as TokenModel);
    provider.on('server_error', (_, error) => this.log.error('the authorization server failed', { error }));
    return provider;
  }
}

interface TokenModel {
  generateTokenId(): string;
}

/** Lets the library's access tokens begin as ours do: recognised by that, also by those who search for secrets. */
function markTokens(model: TokenModel): void {
  const generate = model.generateTokenId;
  model.generateTokenId = function (this: TokenModel) {
    return ACCESS_TOKEN_PREFIX + generate.call(this);
  };
}

/** The library wants a key for ID tokens, of which none is ever issued. */
async function unusedKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig' };
}

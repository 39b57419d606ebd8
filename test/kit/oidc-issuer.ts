import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

const CLIENT = { id: 'valetkey-dashboard', secret: 'a secret of the client, and a long one' };
const CALLBACK = /^http:\/\/localhost:\d+\/v1\/operator\/session\/sso\/callback$/;

/** A person whom the issuer knows. */
export interface Employee {
  readonly email: string;
  readonly groups: readonly string[];
}

const PAGE = `<!doctype html><html lang="en"><head><title>Acme sign-in</title><link rel="icon" href="data:,"></head><body>
<main><h1>Acme</h1><form method="post"><label>User name <input name="login" autofocus></label><button>Continue</button></form></main></body></html>`;

/** The issuer of a company: a real one, by `oidc-provider`, whose page asks for the name only. */
export class OidcIssuer {
  /** By their names at the issuer. */
  readonly people = new Map<string, Employee>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<OidcIssuer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = new OidcIssuer(server, `http://localhost:${(server.address() as AddressInfo).port}`);
    issuer.serve();
    return issuer;
  }

  /** The settings with which our server trusts it. */
  get env(): Record<string, string> {
    return {
      VALETKEY_OPERATOR_OIDC_ISSUER: this.url,
      VALETKEY_OPERATOR_OIDC_CLIENT_ID: CLIENT.id,
      VALETKEY_OPERATOR_OIDC_CLIENT_SECRET: CLIENT.secret,
      VALETKEY_OPERATOR_OIDC_ROLES: 'keepers=owner,ops=admin,staff=auditor',
      VALETKEY_OPERATOR_OIDC_SCOPES: 'openid email groups',
      VALETKEY_OPERATOR_OIDC_NAME: 'Acme',
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(): void {
    const provider: Provider = new Provider(this.url, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: ['http://localhost:1/v1/operator/session/sso/callback'],
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
      scopes: ['openid', 'email', 'groups'],
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, sub) => {
        const person = this.people.get(sub);
        if (!person) return undefined;
        return { accountId: sub, claims: () => ({ sub, email_verified: true, ...person }) };
      },
      loadExistingGrant: async ({ oidc }) => {
        const grant: InstanceType<Provider['Grant']> = new provider.Grant({
          clientId: oidc.client?.clientId ?? '',
          accountId: oidc.session?.accountId ?? '',
        });
        grant.addOIDCScope('openid email groups');
        await grant.save();
        return grant;
      },
    });
    // Our server's port is known only once it has started.
    provider.Client.prototype.redirectUriAllowed = (uri: string) => CALLBACK.test(uri);
    const answer = provider.callback();
    this.server.on('request', (request, response) => {
      if (request.url?.startsWith('/interaction/')) void interact(provider, request, response);
      else void answer(request, response);
    });
  }
}

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse) {
  if (request.method !== 'POST') return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const accountId = new URLSearchParams(Buffer.concat(chunks).toString()).get('login') ?? '';
  return provider.interactionFinished(request, response, { login: { accountId } });
}

import { Injectable } from '@nestjs/common';
import type { ClientAuthentication } from '@valetkey/providers';
import type * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { isAcceptableEndpoint } from '../connectors/index.js';
import { ConnectorFault, OAuthHttp } from './oauth-http.js';
import { misplacedBy } from './token-answer.js';

/** Our client at a server, however it came to be there. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly clientAuthentication: ClientAuthentication;
}

/** Ourselves, as a server is told of us. */
export interface Registration {
  readonly name: string;
  readonly redirectUri: string;
  /** The address of our metadata document, where servers can read it. */
  readonly documentUrl?: string | undefined;
  readonly scopes: readonly string[];
}

const TIMEOUT_MS = 20_000;
const AUTHENTICATIONS = ['none', 'client_secret_basic', 'client_secret_post'] as const;

const registered = z.object({
  client_id: z.string().min(1).max(500),
  client_secret: z.string().min(1).max(4096).optional(),
  client_secret_expires_at: z.number().optional(),
  token_endpoint_auth_method: z.string().optional(),
});

/** Makes our client known to an authorization server without a person there. */
@Injectable()
export class ClientRegistration {
  constructor(private readonly http: OAuthHttp) {}

  /**
   * By the address of our metadata document, where the server reads such; else by registration (RFC 7591).
   * @throws ConnectorFault when it takes neither; AuthorizationServerUnavailable
   */
  async register(server: oauth.AuthorizationServer, wanted: Registration): Promise<RegisteredClient> {
    const { documentUrl } = wanted;
    if (server['client_id_metadata_document_supported'] === true && documentUrl !== undefined)
      return { clientId: documentUrl, clientAuthentication: 'none' };
    const { registration_endpoint: endpoint } = server;
    if (endpoint === undefined)
      throw new ConnectorFault(
        `its authorization server registers no clients by itself: register one there with the redirect URI ${wanted.redirectUri}, and give its clientId here`,
      );
    if (!isAcceptableEndpoint(endpoint))
      throw new ConnectorFault('its authorization server names a registration endpoint without https');
    return this.ask(endpoint, server, wanted);
  }

  private async ask(
    endpoint: string,
    { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] }: oauth.AuthorizationServer,
    { name, redirectUri, scopes }: Registration,
  ): Promise<RegisteredClient> {
    const method = AUTHENTICATIONS.find((one) => methods.includes(one));
    if (!method)
      throw new ConnectorFault(
        'its authorization server wants clients to prove themselves in a way that is not known here',
      );
    const body = JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
      ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    });
    const headers = {
      'user-agent': 'valetkey',
      accept: 'application/json',
      'content-type': 'application/json',
    };
    const response = await this.http.fetch(endpoint, { method: 'POST', headers, body }, TIMEOUT_MS);
    const misplaced = misplacedBy(response, 'the registration endpoint');
    if (misplaced) throw new ConnectorFault(misplaced);
    const answer = registered.safeParse(await response.json().catch(() => undefined));
    if (!response.ok || !answer.success)
      throw new ConnectorFault(
        `its authorization server did not register us (status ${response.status}): register a client there with the redirect URI ${redirectUri}, and give its clientId here`,
      );
    return clientOf(answer.data, method);
  }
}

/** A server may register another way to authenticate than was asked for (RFC 7591, section 3.2.1). */
function clientOf(answer: z.output<typeof registered>, asked: ClientAuthentication): RegisteredClient {
  const { client_id: clientId, client_secret: clientSecret, client_secret_expires_at: expiry = 0 } = answer;
  const clientAuthentication =
    AUTHENTICATIONS.find((one) => one === answer.token_endpoint_auth_method) ?? asked;
  if (clientAuthentication !== 'none' && clientSecret === undefined)
    throw new ConnectorFault('its authorization server registered us without the secret that it wants');
  if (clientAuthentication !== 'none' && expiry > 0)
    throw new ConnectorFault(
      'its authorization server registers clients only for a time: register one there that stays, and give its clientId and clientSecret here',
    );
  return {
    clientId,
    clientAuthentication,
    ...(clientAuthentication === 'none' ? {} : { clientSecret }),
  };
}

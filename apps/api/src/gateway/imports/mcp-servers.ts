import { Inject, Injectable } from '@nestjs/common';
import { findProvider } from '@valetkey/providers';
import { probeOfServer, type McpServerFacts } from '@valetkey/providers/mcp';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { callbackUrl, clientDocumentUrl, ConnectorChanges, type ChangedBy } from '../../connectors/index.js';
import {
  AuthorizationServerUnavailable,
  ClientRegistration,
  ConnectorFault,
  ProtectedResources,
  type RegisteredClient,
} from '../../oauth/index.js';
import { Problem, PRIVATE_ADDRESS } from '../../platform/index.js';
import type { NewMcpServer } from './mcp-servers.schemas.js';

/** The sign-in of a server's users, and our client where they consent. */
interface FoundServer {
  readonly facts: McpServerFacts;
  readonly client?: RegisteredClient;
  readonly endpoints?: Readonly<Record<string, string | undefined>>;
}

/** Adds MCP servers: each is a connector, whose tools are imported once a user can sign in. */
@Injectable()
export class McpServers {
  constructor(
    private readonly resources: ProtectedResources,
    private readonly registration: ClientRegistration,
    private readonly changes: ConnectorChanges,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  /**
   * Asks the server how users sign in, makes our client known there, and stores both.
   * @throws Problem 400 `mcp_server_refused` with what is wrong and what to do; 409 `target_taken`; 502
   *   `provider_unavailable`
   */
  async add(
    wanted: NewMcpServer,
    by: ChangedBy,
  ): Promise<{ readonly connectorId: string; readonly issuer?: string }> {
    const { id, displayName } = wanted;
    if (findProvider(id))
      throw new Problem('mcp_server_refused', {
        fault: `there is a provider "${id}" already: choose another id`,
      });
    const { facts, client, endpoints = {} } = await this.findServer(wanted).catch(explain);
    const { clientId, clientSecret, clientAuthentication } = client ?? {};
    const definition = {
      ...{ target: id, preset: id, displayName, endpoints, clientId, clientSecret, clientAuthentication },
      ...{ storeTokens: true, prompts: [], offlineAccess: true },
    };
    const connectorId = await this.changes.create(definition, by, facts);
    const { issuer } = endpoints;
    return { connectorId, ...(issuer === undefined ? {} : { issuer }) };
  }

  private async findServer(wanted: NewMcpServer): Promise<FoundServer> {
    const { url, signIn, sentIn, scopes } = wanted;
    if (signIn === 'key') return { facts: { url, signIn, sentIn, scopes: [] } };
    const found = await this.resources.findSignIn(url, probeOfServer());
    if (found.signIn === 'none' && signIn === 'oauth')
      throw new ConnectorFault('it answers without a sign-in: leave signIn out, or say none');
    if (found.signIn === 'none') return { facts: { url, signIn: 'none', scopes: [] } };
    if (signIn === 'none') throw new ConnectorFault('it wants a sign-in: leave signIn out');
    const { server, resource } = found;
    const facts = { url, signIn: 'oauth', resource, scopes: scopes ?? found.scopes } as const;
    const endpoints = {
      issuer: server.issuer,
      authorization: server.authorization_endpoint,
      token: server.token_endpoint,
      revocation: server.revocation_endpoint,
    };
    return { facts, endpoints, client: await this.client(wanted, server, facts.scopes) };
  }

  /** The operator's own, else one that the server takes from us. */
  private async client(
    { id, clientId, clientSecret }: NewMcpServer,
    server: Parameters<ClientRegistration['register']>[0],
    scopes: readonly string[],
  ): Promise<RegisteredClient> {
    if (clientId !== undefined) {
      const isPost = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') === false;
      const withSecret = isPost ? 'client_secret_post' : 'client_secret_basic';
      return {
        clientId,
        clientSecret,
        clientAuthentication: clientSecret === undefined ? 'none' : withSecret,
      };
    }
    const { publicUrl, appName = 'Valetkey' } = this.settings;
    return this.registration.register(server, {
      ...{ name: appName, redirectUri: callbackUrl(this.settings, id), scopes },
      // Other machines read it, and only over TLS.
      documentUrl: publicUrl.startsWith('https:') ? clientDocumentUrl(this.settings, id) : undefined,
    });
  }
}

function explain(error: unknown): never {
  if (error instanceof ConnectorFault) throw new Problem('mcp_server_refused', { fault: error.fault });
  if (!(error instanceof AuthorizationServerUnavailable)) throw error;
  const isPrivate = error.message.includes(PRIVATE_ADDRESS);
  throw new Problem('mcp_server_refused', {
    fault: isPrivate
      ? 'it, or its authorization server, is at a private address; VALETKEY_PRIVATE_HOSTS lists those that may be reached'
      : 'it, or its authorization server, did not answer in time or as it should: try again later',
  });
}

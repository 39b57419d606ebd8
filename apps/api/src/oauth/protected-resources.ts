import { Injectable } from '@nestjs/common';
import type * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { isAcceptableEndpoint } from '../connectors/index.js';
import { AuthorizationServers, leadsHere } from './authorization-servers.js';
import { ConnectorFault, OAuthHttp } from './oauth-http.js';
import { isPage } from './token-answer.js';

/** The way to sign in that a resource wants: none, or a token of this server for this resource. */
export type ResourceSignIn =
  | { readonly signIn: 'none' }
  | {
      readonly signIn: 'oauth';
      readonly server: oauth.AuthorizationServer;
      readonly resource: string;
      readonly scopes: readonly string[];
    };

const TIMEOUT_MS = 20_000;
const MOST_SCOPES = 50;
const METADATA_PATH = '/.well-known/oauth-protected-resource';

const scope = z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/);
const metadata = z.object({
  resource: z.string().max(2048),
  authorization_servers: z.array(z.string().max(2048)).max(20).optional(),
  scopes_supported: z.array(scope).max(500).optional().catch(undefined),
});

type Metadata = z.output<typeof metadata>;

/** Finds out how users sign in at a resource that says so itself (RFC 9728), such as an MCP server. */
@Injectable()
export class ProtectedResources {
  constructor(
    private readonly http: OAuthHttp,
    private readonly servers: AuthorizationServers,
  ) {}

  /**
   * Asks without a credential, and follows what the refusal says.
   * @param probe a request that a user could make
   * @throws ConnectorFault when the answer leads to no authorization server; AuthorizationServerUnavailable
   */
  async findSignIn(url: string, probe: RequestInit): Promise<ResourceSignIn> {
    const answer = await this.http.fetch(url, probe, TIMEOUT_MS);
    if (answer.status >= 300 && answer.status < 400)
      throw new ConnectorFault(
        `it sends us elsewhere (status ${answer.status}), and no redirect is followed: give the address where it is`,
      );
    if (answer.status === 401) return this.ofRefusal(url, answer);
    if (await isPage(answer)) throw new ConnectorFault('there is a web page, and no MCP server');
    // A server of a later revision refuses the message, not the caller.
    if (answer.ok || answer.status === 400) return { signIn: 'none' };
    throw new ConnectorFault(`there is no MCP server (status ${answer.status})`);
  }

  private async ofRefusal(url: string, answer: Response): Promise<ResourceSignIn> {
    const challenge = answer.headers.get('www-authenticate') ?? '';
    const named = /resource_metadata\s*=\s*"([^"]{1,2048})"/i.exec(challenge)?.[1];
    const found = await this.metadata(url, named);
    const server = await this.serverOf(url, found);
    if (server.code_challenge_methods_supported && !server.code_challenge_methods_supported.includes('S256'))
      throw new ConnectorFault('its authorization server does not know PKCE with S256');
    const asked = /\bscope\s*=\s*"([^"]{0,4000})"/i.exec(challenge)?.[1]?.split(' ');
    const scopes = (asked ?? found?.scopes_supported ?? []).filter((one) => scope.safeParse(one).success);
    return {
      signIn: 'oauth',
      server,
      resource: found?.resource ?? url,
      scopes: scopes.slice(0, MOST_SCOPES),
    };
  }

  /** Servers from before RFC 9728 are their own authorization servers. */
  private async serverOf(url: string, found: Metadata | undefined): Promise<oauth.AuthorizationServer> {
    const issuer = found?.authorization_servers?.[0] ?? new URL(url).origin;
    if (!isAcceptableEndpoint(issuer) || leadsHere(url, issuer))
      throw new ConnectorFault('its authorization server is without https, or on this machine');
    return this.servers.metadata(issuer, TIMEOUT_MS);
  }

  /** Where the refusal says, else below the resource's own origin (RFC 9728, section 3.1). */
  private async metadata(url: string, named: string | undefined): Promise<Metadata | undefined> {
    const { origin, pathname } = new URL(url);
    const path = pathname.replace(/(?<!\/)\/+$/, '');
    const places = named === undefined ? [origin + METADATA_PATH + path, origin + METADATA_PATH] : [named];
    for (const place of new Set(places)) {
      if (!isAcceptableEndpoint(place) || leadsHere(url, place))
        throw new ConnectorFault('its metadata is without https, or on this machine');
      const headers = { 'user-agent': 'valetkey', accept: 'application/json' };
      const response = await this.http.fetch(place, { headers }, TIMEOUT_MS);
      if (!response.ok) continue;
      const read = metadata.safeParse(await response.json().catch(() => undefined));
      if (!read.success) throw new ConnectorFault('its metadata (RFC 9728) is not as it must be');
      if (!covers(read.data.resource, url))
        throw new ConnectorFault(
          'its metadata (RFC 9728) is that of another resource: tokens would be asked for elsewhere',
        );
      return read.data;
    }
    if (named !== undefined) throw new ConnectorFault('the metadata that it names (RFC 9728) is not there');
    return undefined;
  }
}

/** A resource names itself, or the part of its origin that it is in. */
function covers(resource: string, url: string): boolean {
  if (!URL.canParse(resource)) return false;
  const [whole, part] = [new URL(resource), new URL(url)];
  const below = (path: string) => `${path.replace(/(?<!\/)\/+$/, '')}/`;
  return whole.origin === part.origin && below(part.pathname).startsWith(below(whole.pathname));
}

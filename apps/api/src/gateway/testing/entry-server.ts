import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { catalogueEntries } from '@valetkey/providers';
import { EntryApi } from './entry-api.js';
import { basicOf, membersOf, nested, type Reply, type Sent } from './entry-requests.js';
import { RevocationEndpoint } from './revocation-endpoint.js';
import {
  ENTRY_CLIENT,
  type ScriptedConnector,
  type ScriptedGrant,
  type ScriptedGrants,
} from './scripted-grants.js';

const LIFE_S = 3600;

interface Code {
  readonly entry: string;
  readonly asked: URLSearchParams;
  readonly scopes: string[];
  readonly account: string;
}

/**
 * Authorization servers and APIs, one for each entry of the catalogue, made from the entry and strict about it: what the
 * entry says that the server wants must come so, and it answers as the entry says that it does.
 */
export class EntryServer implements ScriptedGrants {
  readonly grants: ScriptedGrant[] = [];
  readonly faults: string[] = [];
  /** Paths that were asked for. */
  readonly heard: string[] = [];
  private readonly codes = new Map<string, Code>();
  private readonly server: Server;
  readonly api = new EntryApi(this);
  private readonly revocations = new RevocationEndpoint(this);

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  static async start(): Promise<EntryServer> {
    const server = new EntryServer();
    server.server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The code for a user who agrees to this request, which is compared with what the entry says. */
  agree(id: string, authorizationUri: string, account: string): string {
    const connector = this.connectorOf(id);
    const asked = new URL(authorizationUri).searchParams;
    const expected = { ...connector.authorizationParameters, ...connector.offlineParameters };
    for (const [name, value] of Object.entries(expected)) {
      const is = asked.get(name);
      if (is === null || !` ${is} `.includes(` ${value} `)) this.fault(`${id}: ${name} is ${is}`);
    }
    if (asked.has('code_challenge') !== connector.pkce) this.fault(`${id}: PKCE`);
    const scopes = (asked.get(connector.scopeParameter) ?? '')
      .split(connector.scopeSeparator)
      .filter(Boolean);
    const wanted = [...connector.baseScopes, ...connector.offlineScopes];
    if (!wanted.every((scope) => scopes.includes(scope))) this.fault(`${id}: asks ${scopes.join(' ')}`);
    const code = `code-${randomUUID()}`;
    this.codes.set(code, { entry: id, asked, scopes, account });
    return code;
  }

  /** A key that a user makes at the entry's provider, as it is sent. */
  makeKey(id: string, account: string, credential: string): ScriptedGrant {
    const grant = {
      entry: id,
      account,
      accessToken: `key ${credential}`,
      scopes: [],
      refreshToken: undefined,
    };
    this.grants.push(grant);
    return grant;
  }

  grantOf(id: string, accessToken: string | undefined): ScriptedGrant | undefined {
    return this.grants.find((grant) => grant.entry === id && grant.accessToken === accessToken);
  }

  end(grant: ScriptedGrant): void {
    this.grants.splice(this.grants.indexOf(grant), 1);
  }

  fault(text: string): void {
    this.faults.push(text);
  }

  connectorOf(id: string): ScriptedConnector {
    const connector = catalogueEntries().find((entry) => entry.id === id)?.connector;
    if (connector === undefined || typeof connector === 'string') throw new Error(`${id} has no connector`);
    return connector;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const url = new URL(request.url ?? '', this.url);
    this.heard.push(url.pathname);
    const [, id = '', place = ''] = url.pathname.split('/');
    const sent: Sent = { id, method: request.method ?? '', url, headers: request.headers, text };
    const { status, body, headers = {} } = this.reply(place, sent);
    const isForm = typeof body === 'string';
    const type = isForm ? 'application/x-www-form-urlencoded' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(isForm ? body : JSON.stringify(body));
  }

  private reply(place: string, sent: Sent): Reply {
    if (place === 'token') return this.token(sent);
    if (place === 'account') return this.account(sent);
    if (place === 'revoke') return this.revocations.reply(sent);
    if (place === 'api') return this.api.reply(sent);
    if (place === '.well-known') return this.document(sent);
    return { status: 404, body: { error: 'not_found' } };
  }

  private document({ id }: Sent): Reply {
    const at = (name: string) => `${this.url}/${id}/${name}`;
    const names = { authorization_endpoint: at('authorize'), token_endpoint: at('token') };
    const more = { userinfo_endpoint: at('account'), revocation_endpoint: at('revoke') };
    return { status: 200, body: { issuer: `${this.url}/${id}`, ...names, ...more } };
  }

  private refused({ id }: Sent, error: string): Reply {
    return { status: this.connectorOf(id).tokenAnswer.errorsWithStatus200 ? 200 : 400, body: { error } };
  }

  private token(sent: Sent): Reply {
    const connector = this.connectorOf(sent.id);
    const { encoding, parameters, headers } = connector.tokenRequest;
    const members = membersOf(sent, encoding);
    if (!members) return this.refused(sent, 'invalid_request');
    for (const [name, value] of Object.entries(parameters))
      if (members[name] !== value) this.fault(`${sent.id}: token request lacks ${name}`);
    for (const [name, value] of Object.entries(headers))
      if (sent.headers[name] !== value) this.fault(`${sent.id}: token request lacks the header ${name}`);
    if (!this.isClient(sent, connector, members)) return this.refused(sent, 'invalid_client');
    if (members['grant_type'] === 'refresh_token') return this.refreshed(sent, connector, members);
    const code = this.codes.get(members['code'] ?? '');
    this.codes.delete(members['code'] ?? '');
    const challenge = createHash('sha256')
      .update(members['code_verifier'] ?? '')
      .digest('base64url');
    if (code?.entry !== sent.id || (connector.pkce && code.asked.get('code_challenge') !== challenge))
      return this.refused(sent, 'invalid_grant');
    return { status: 200, body: this.granted(sent, connector, code) };
  }

  private isClient(
    { headers }: Sent,
    { clientAuthentication }: ScriptedConnector,
    members: Record<string, string>,
  ) {
    const { clientId, clientSecret } = ENTRY_CLIENT;
    if (clientAuthentication === 'client_secret_basic')
      return (
        headers.authorization === basicOf(clientId, clientSecret) && members['client_secret'] === undefined
      );
    return members['client_id'] === clientId && members['client_secret'] === clientSecret;
  }

  private granted({ id }: Sent, connector: ScriptedConnector, code: Code): object {
    const kept = this.grants.find((grant) => grant.entry === id && grant.account === code.account);
    const grant: ScriptedGrant = {
      ...{ entry: id, account: code.account, accessToken: `at-${randomUUID()}` },
      scopes: [
        ...new Set([
          ...(connector.grants === 'union_by_provider' ? (kept?.scopes ?? []) : []),
          ...code.scopes,
        ]),
      ],
      refreshToken: connector.refresh === 'none' ? undefined : `rt-${randomUUID()}`,
    };
    this.grants.push(grant);
    const claims = { iss: `${this.url}/${id}`, aud: ENTRY_CLIENT.clientId, sub: code.account };
    const more = { exp: Math.floor(Date.now() / 1000) + 400 * 86_400, nonce: code.asked.get('nonce') };
    const idToken = `e30.${Buffer.from(JSON.stringify({ ...claims, ...more })).toString('base64url')}.e30`;
    return { ...answerOf(connector, grant), ...(connector.oidc ? { id_token: idToken } : {}) };
  }

  /** Answers a form where it has no members inside of members: as some servers do. */
  private refreshed(sent: Sent, connector: ScriptedConnector, members: Record<string, string>): Reply {
    const token = members['refresh_token'];
    const grant = this.grants.find((one) => one.entry === sent.id && one.refreshToken === token);
    const [gone] = Object.entries(connector.tokenErrors).find(([, reason]) => reason === 'revoked') ?? [];
    if (!grant) return this.refused(sent, gone ?? 'invalid_grant');
    grant.accessToken = `at-${randomUUID()}`;
    if (connector.refresh === 'rotating') grant.refreshToken = `rt-${randomUUID()}`;
    const shown = connector.refresh === 'rotating' ? grant : { ...grant, refreshToken: undefined };
    const answer = { ok: true, ...answerOf(connector, shown) };
    const isFlat = Object.values(answer).every((value) => typeof value !== 'object');
    if (!isFlat) return { status: 200, body: answer };
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(answer)) form.set(name, String(value));
    return { status: 200, body: form.toString() };
  }

  private account(sent: Sent): Reply {
    const { account, check } = this.connectorOf(sent.id);
    const grant = this.grantOf(sent.id, this.api.tokenIn(sent));
    if (sent.method !== account.method) this.fault(`${sent.id}: account by ${sent.method}`);
    if (account.body !== undefined && sent.text !== account.body)
      this.fault(`${sent.id}: account asked otherwise`);
    for (const [name, value] of Object.entries(account.headers))
      if (sent.headers[name] !== value.replace('{client_id}', ENTRY_CLIENT.clientId))
        this.fault(`${sent.id}: account lacks the header ${name}`);
    const [deadStatus] = check.dead.statuses;
    if (!grant && check.dead.errors[0] !== undefined)
      return { status: 200, body: { ok: false, error: check.dead.errors[0] } };
    if (!grant) return { status: deadStatus ?? 401, body: { error: { message: 'The token is invalid.' } } };
    const body: object = {};
    for (const [index, path] of [account.id].flat().entries())
      nested(body, path, index === 0 ? grant.account : `part-${index}`);
    if (account.name !== undefined) nested(body, account.name, 'Ada Lovelace');
    if (account.email !== undefined) nested(body, account.email, 'ada@example.com');
    return { status: 200, body };
  }
}

/** A token answer as the entry says: nested or not, with another type, without a lifetime. */
function answerOf(connector: ScriptedConnector, grant: ScriptedGrant): object {
  const style = connector.tokenAnswer;
  const body: object = {};
  nested(body, style.accessToken ?? 'access_token', grant.accessToken);
  nested(body, 'token_type', style.types[0] ?? 'Bearer');
  if (grant.refreshToken !== undefined)
    nested(body, style.refreshToken ?? 'refresh_token', grant.refreshToken);
  const expires = connector.refresh !== 'none' && style.assumedLifeSeconds === undefined;
  if (expires) nested(body, style.expiresIn ?? 'expires_in', LIFE_S);
  nested(body, style.scope ?? 'scope', grant.scopes.join(connector.scopeSeparator));
  return body;
}

import { basicOf, membersOf, type Reply, type Sent } from './entry-requests.js';
import { ENTRY_CLIENT, type ScriptedGrant, type ScriptedGrants } from './scripted-grants.js';

/** Where grants end, in the way that an entry says. */
export class RevocationEndpoint {
  constructor(private readonly server: ScriptedGrants) {}

  reply(sent: Sent): Reply {
    const { revocation } = this.server.connectorOf(sent.id);
    if (revocation.style === 'none') return this.wrong(sent, 'revokes, though there is no way');
    const isStandard = revocation.style === 'rfc7009';
    const encoding = isStandard ? 'form' : revocation.encoding;
    const members = membersOf(sent, encoding);
    if (!members) return this.wrong(sent, `revokes not by ${encoding}`);
    if (sent.method !== (isStandard ? 'POST' : revocation.method))
      return this.wrong(sent, `revokes by ${sent.method}`);
    if (!this.isClient(sent, members)) return this.wrong(sent, 'revokes as nobody');
    const bearer = /^Bearer (.*)$/.exec(sent.headers.authorization ?? '')?.[1];
    const named = [bearer, ...Object.values(members), ...texts(sent)];
    const grant = this.server.grants.findLast((one) => isNamed(one, sent.id, named));
    if (!grant) return { status: isStandard ? 200 : 400, body: { error: 'invalid_token' } };
    if (!isStandard) this.compare(sent, grant, members);
    const ended = this.server.grants.filter(
      ({ entry, account }) =>
        revocation.kills === 'whole_grant' && entry === sent.id && account === grant.account,
    );
    for (const one of new Set([grant, ...ended])) this.server.end(one);
    return { status: 200, body: isStandard ? {} : { ok: true } };
  }

  private isClient({ id, headers }: Sent, members: Readonly<Record<string, string>>): boolean {
    const { revocation, clientAuthentication } = this.server.connectorOf(id);
    const isBasic = headers.authorization === basicOf(ENTRY_CLIENT.clientId, ENTRY_CLIENT.clientSecret);
    if (revocation.style === 'request') return revocation.authorization !== 'client_basic' || isBasic;
    return clientAuthentication === 'client_secret_basic'
      ? isBasic
      : members['client_secret'] === ENTRY_CLIENT.clientSecret;
  }

  private compare(sent: Sent, grant: ScriptedGrant, members: Readonly<Record<string, string>>): void {
    const { revocation } = this.server.connectorOf(sent.id);
    if (revocation.style !== 'request') return;
    const values: Readonly<Record<string, string | undefined>> = {
      token: grant.refreshToken ?? grant.accessToken,
      access_token: grant.accessToken,
      refresh_token: grant.refreshToken,
      client_id: ENTRY_CLIENT.clientId,
      client_secret: ENTRY_CLIENT.clientSecret,
      account_id: grant.account,
    };
    const filled = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    for (const [name, text] of Object.entries(revocation.parameters))
      if (members[name] !== filled(text))
        this.server.fault(`${sent.id}: revokes with ${name}=${members[name]}`);
    for (const [name, text] of Object.entries(revocation.headers))
      if (sent.headers[name] !== filled(text))
        this.server.fault(`${sent.id}: revokes without the header ${name}`);
  }

  private wrong({ id }: Sent, what: string): Reply {
    this.server.fault(`${id}: ${what}`);
    return { status: 400, body: { error: 'invalid_request' } };
  }
}

/** Whether one of these is a token of the grant, or its account. */
function isNamed(grant: ScriptedGrant, id: string, texts: readonly (string | undefined)[]): boolean {
  const own = [grant.accessToken, grant.refreshToken, grant.account];
  return grant.entry === id && texts.some((text) => text !== undefined && own.includes(text));
}

/** Values that a revocation may bring in its headers. */
function texts({ headers }: Sent): string[] {
  return Object.values(headers).flatMap((value) => (typeof value === 'string' ? [value] : []));
}

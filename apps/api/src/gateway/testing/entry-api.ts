import { catalogueEntries, findPreset, type CatalogueEntry, type TokenHeader } from '@valetkey/providers';
import type { Reply, Sent } from './entry-requests.js';
import { ENTRY_CLIENT, type ScriptedGrants } from './scripted-grants.js';

/** The API of each entry: two pages, whose addresses stand where the entry says. */
export class EntryApi {
  /** Requests that were answered by what `play` has given. */
  readonly played: Sent[] = [];
  private readonly replies = new Map<string, Reply>();

  constructor(private readonly server: ScriptedGrants) {}

  /** The token of a request, if it is sent as the entry says. */
  tokenIn({ id, headers }: Sent): string | undefined {
    const { authorization } = entryOf(id);
    const { key } = findPreset(`${id}:key`) ?? {};
    const credential = key && credentialIn(headers, key.sentIn);
    const known = credential === undefined ? undefined : this.server.grantOf(id, `key ${credential}`);
    return known?.accessToken ?? credentialIn(headers, authorization);
  }

  /** Answers the next request to an entry's API in this way. */
  play(id: string, reply: Reply): void {
    this.replies.set(id, reply);
  }

  reply(sent: Sent): Reply {
    const { api, connector } = entryOf(sent.id);
    const token = this.tokenIn(sent);
    const isKnown = typeof connector === 'string' ? token !== undefined : this.server.grantOf(sent.id, token);
    if (!isKnown || !api) return { status: 401, body: { error: 'invalid_token' } };
    for (const [name, value] of Object.entries(api.headers))
      if (sent.headers[name] !== value.replace('{client_id}', ENTRY_CLIENT.clientId))
        this.server.fault(`${sent.id}: API lacks the header ${name}`);
    const given = this.replies.get(sent.id);
    if (given) {
      this.replies.delete(sent.id);
      this.played.push(sent);
      return given;
    }
    return this.listing(sent, api, token);
  }

  private listing(sent: Sent, api: NonNullable<CatalogueEntry['api']>, token: string | undefined): Reply {
    const page = Number(sent.url.searchParams.get('page') ?? '1');
    const next = `${this.server.url}${sent.url.pathname}?page=${page + 1}`;
    const plain = (name: string) => name.replaceAll('*', 'x');
    const links = api.links.map((name) => [plain(name), next]);
    const inside = api.linksInside.map((name) => [plain(name), { next }]);
    const body = { page, echoed: token?.replace(/^key /, ''), ...Object.fromEntries([...links, ...inside]) };
    return { status: 200, body, headers: { link: `<${next}>; rel="next"` } };
  }
}

function credentialIn(headers: Sent['headers'], { header, scheme }: TokenHeader): string | undefined {
  const value = headers[header];
  if (typeof value !== 'string') return undefined;
  if (scheme === '') return value;
  return value.startsWith(`${scheme} `) ? value.slice(scheme.length + 1) : undefined;
}

function entryOf(id: string) {
  const entry = catalogueEntries().find((one) => one.id === id);
  if (!entry) throw new Error(`no entry ${id}`);
  return entry;
}

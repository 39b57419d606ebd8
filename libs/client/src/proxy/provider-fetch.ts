import type { TaskData } from '../api-types.js';
import { ApprovalError } from '../errors.js';
import type { Address } from '../http/address.js';
import { readText } from '../http/read-text.js';
import { PROVIDER_HOSTS, type KnownProvider } from './provider-hosts.js';

export interface ProviderFetchOptions {
  /** Needed when several connections of the user fit. */
  readonly connectionId?: string | undefined;
  /** Hosts of the provider's API, where the client does not know them. */
  readonly hosts?: readonly string[] | undefined;
  /** Seconds that a request which needs a person waits for one; none by default, 60 at most. */
  readonly waitSeconds?: number | undefined;
}

/** A fetch that speaks for one user to one provider. */
export interface ProviderCall extends ProviderFetchOptions {
  readonly provider: KnownProvider | (string & {});
  readonly userId: string;
}

export interface ProviderFetchSettings {
  readonly address: Address;
  /** The value of `Authorization`. */
  readonly authorization: string;
  readonly fetch: typeof fetch;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
const OURS = ['authorization', 'valetkey-user', 'valetkey-connection'];

/**
 * A `fetch` for a provider's own client library: what it asks of the provider's hosts, it asks of Valetkey. A request for
 * any other place is refused before it is sent, a redirect to one is handed back. A request that waits for a person fails
 * with an `ApprovalError`, before the library takes a 202 for success.
 */
export function providerFetch(settings: ProviderFetchSettings, call: ProviderCall): typeof fetch {
  const { address } = settings;
  const { provider, userId, connectionId, waitSeconds = 0 } = call;
  const hosts = call.hosts ?? PROVIDER_HOSTS[provider as KnownProvider];
  if (!hosts) throw new TypeError(`Name the hosts of ${provider}: its API's are not known here.`);
  const proxied = (url: URL) => proxiedUrl(address, provider, hosts, url);

  return async (input, init = {}) => {
    const asked = askedOf(input, init);
    const first = proxied(asked.url);
    if (!first) throw new TypeError(`${asked.url.hostname} is no host of ${provider}: ${hosts.join(', ')}`);
    const headers = new Headers(asked.headers);
    for (const name of OURS) headers.delete(name);
    headers.set('authorization', settings.authorization);
    headers.set('valetkey-user', encodeURIComponent(userId));
    if (connectionId !== undefined) headers.set('valetkey-connection', connectionId);
    if (waitSeconds > 0) headers.set('prefer', `wait=${Math.ceil(waitSeconds)}`);
    // Bodies that come bit by bit are sent so.
    const always = { redirect: 'manual', duplex: 'half' } as const;
    const sent = {
      ...init,
      method: asked.method,
      body: asked.body,
      signal: asked.signal,
      headers,
      ...always,
    };
    const sending = { sent, follows: asked.redirect === 'follow' };
    return withBuffer(await sentOn(await followed(settings, proxied, first, sending)));
  };
}

const PLAIN = { method: 'GET', headers: undefined, body: null, signal: null, redirect: 'follow' } as const;

/** A request's parts: those of `init` come before those of the request. */
function askedOf(input: string | URL | Request, init: RequestInit) {
  const request = input instanceof Request ? input : { ...PLAIN, url: input };
  return {
    url: new URL(request.url),
    method: init.method ?? request.method,
    headers: init.headers ?? request.headers,
    body: init.body === undefined ? request.body : init.body,
    signal: init.signal ?? request.signal,
    redirect: init.redirect ?? request.redirect,
  };
}

/** The address at Valetkey for one that a library asks for, `undefined` for one that is none of the provider's. */
function proxiedUrl(
  address: Address,
  provider: string,
  hosts: readonly string[],
  { protocol, hostname, pathname, search }: URL,
): URL | undefined {
  if (protocol === 'https:' && hosts.includes(hostname))
    return address.ofProvider(provider, pathname + search);
  // Answers lead to addresses of Valetkey, under its public name: it is asked under the name that the client has.
  const [prefix, below] = [`/v1/proxy/${encodeURIComponent(provider)}/`, pathname.indexOf('/v1/proxy/')];
  if (below < 0 || !pathname.startsWith(prefix, below)) return undefined;
  return address.ofProvider(provider, pathname.slice(below + prefix.length) + search);
}

interface Sending {
  readonly sent: RequestInit & { readonly method: string; readonly headers: Headers };
  readonly follows: boolean;
}

/** Follows redirects to the provider's own addresses (https://fetch.spec.whatwg.org/#http-redirect-fetch). */
async function followed(
  { fetch }: ProviderFetchSettings,
  proxied: (url: URL) => URL | undefined,
  first: URL,
  { sent, follows }: Sending,
): Promise<Response> {
  let [url, init] = [first, sent];
  for (let redirects = 0; ; redirects += 1) {
    const response = await fetch(url, init);
    const next = follows && redirects < MOST_REDIRECTS ? redirected(response, url, proxied) : undefined;
    if (!next) return response;
    const { method } = init;
    const becomesGet =
      (response.status === 303 && method !== 'HEAD') || (response.status < 303 && method === 'POST');
    if (becomesGet) init = asGet(init);
    // A body that came bit by bit is gone: what it was for is the library's to send again.
    else if (init.body != null && typeof init.body !== 'string') return response;
    await response.body?.cancel();
    url = next;
  }
}

function redirected(
  { status, headers }: Response,
  from: URL,
  proxied: (url: URL) => URL | undefined,
): URL | undefined {
  const location = headers.get('location');
  if (location === null || !REDIRECTS.includes(status) || !URL.canParse(location, from)) return undefined;
  return proxied(new URL(location, from));
}

function asGet(init: Sending['sent']): Sending['sent'] {
  const headers = new Headers(init.headers);
  for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language'])
    headers.delete(name);
  return { ...init, method: 'GET', body: null, headers };
}

/** The provider's answer. @throws ApprovalError where there is none yet */
async function sentOn(response: Response): Promise<Response> {
  const { status, headers } = response;
  if (status !== 202 || headers.get('valetkey-error') !== 'approval_required') return response;
  throw new ApprovalError(JSON.parse(await readText(response)) as TaskData);
}

/** Dropbox's library reads downloads with `buffer()`, which the fetch of node-fetch has and that of the web has not. */
function withBuffer(response: Response): Response {
  return Object.assign(response, {
    buffer: async () => {
      const bytes = new Uint8Array(await response.arrayBuffer());
      const { Buffer } = globalThis as { Buffer?: { from(bytes: ArrayBuffer): Uint8Array } };
      return Buffer ? Buffer.from(bytes.buffer) : bytes;
    },
  });
}

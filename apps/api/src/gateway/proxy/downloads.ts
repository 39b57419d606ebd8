import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import { ConnectorsService } from '../../connectors/index.js';
import { Problem } from '../../platform/index.js';
import { discardAnswer, forwardAnswer, type ForwardAnswer } from './forwarded-answer.js';
import { ProviderExchange } from '../provider-exchange.js';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** For example archive, mirror, storage. */
const MOST_HOPS = 3;

/** Headers about the part that is wanted. No others, and no token, are sent to that host. */
const SENT = ['accept', 'if-modified-since', 'if-none-match', 'if-range', 'range'] as const;

/** Failures of such a host that concern the requested part. */
const PASSED_FAILURES = [412, 416];

/**
 * Follows the redirect of a download to a signed address at another host of the provider. The caller gets the content,
 * never the address, which works for anyone who has it.
 */
@Injectable()
export class Downloads {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly exchange: ProviderExchange,
  ) {}

  /**
   * The response behind a redirect; `undefined` for a response that is no redirect, or one that leads to no download
   * host of this provider.
   * @throws Problem 502 `unexpected_response` when there is no content; undici's errors
   */
  async follow(
    provider: Provider,
    request: { readonly method: string; readonly headers: Headers },
    url: URL,
    answer: ForwardAnswer,
  ): Promise<ForwardAnswer | undefined> {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || answer.headers['location'] !== undefined) return undefined;
    let next = redirectOf(answer.status, answer.received['location'], url);
    for (let hop = 0; hop < MOST_HOPS && next && this.isDownload(provider, next); hop++) {
      const at = next;
      const headers = Object.fromEntries(
        SENT.flatMap((name) => {
          const value = request.headers[name];
          return typeof value === 'string' ? [[name, value]] : [];
        }),
      );
      const fetched = await this.fetch(provider, at, request.method, headers);
      next = redirectOf(fetched.status, fetched.received['location'], at);
      if (!next) return fetched;
      discardAnswer(fetched);
    }
    return undefined;
  }

  /**
   * Fetches an address outside of the provider's API.
   * @throws Problem 502 `unexpected_response`
   */
  private async fetch(
    provider: Provider,
    url: URL,
    method: string,
    headers: Record<string, string>,
  ): Promise<ForwardAnswer> {
    const received = await this.exchange.withoutToken(provider)(url, {
      method: method as 'GET',
      headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'valetkey' },
    });
    const answer = await forwardAnswer({ provider, method, answer: received });
    if (answer.status < 400 || PASSED_FAILURES.includes(answer.status)) return answer;
    // Storage services repeat the address in their error bodies.
    discardAnswer(answer);
    throw new Problem('unexpected_response.download', { status: answer.status });
  }

  private isDownload(provider: Provider, url: URL): boolean {
    return this.connectors.downloadOrigins(provider.id).some((pattern) => fits(pattern, url));
  }
}

/** `https://*.example.com` matches every host below example.com. */
function fits(pattern: string, { origin, protocol, hostname, port }: URL): boolean {
  const [scheme = '', host = ''] = pattern.split('://*.');
  if (host === '') return origin === pattern.replace(/(?<!\/)\/+$/, '');
  return protocol === `${scheme}:` && port === '' && hostname.endsWith(`.${host}`);
}

/** @returns where a redirect leads; `undefined` for any other answer */
function redirectOf(status: number, location: string | undefined, from: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) return undefined;
  const next = new URL(location, from);
  return next.username || next.password ? undefined : next;
}

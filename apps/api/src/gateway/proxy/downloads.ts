import { Injectable } from '@nestjs/common';
import type { Provider } from '@valetkey/providers';
import { ConnectorsService } from '../../connectors/index.js';
import { Problem } from '../../platform/index.js';
import { discardAnswer, forwardAnswer, type ForwardAnswer } from './forwarded-answer.js';
import { ProviderExchange } from '../provider-exchange.js';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Archive, mirror, storage. */
const MOST_HOPS = 3;

/** Which part of it is wanted, and nothing else: neither the token nor any other header is that host's business. */
const SENT = ['accept', 'if-modified-since', 'if-none-match', 'if-range', 'range'] as const;

/** Answers of such a host that are about the part that was asked for. */
const PASSED_FAILURES = [412, 416];

/**
 * Fetches what a provider redirects a download to: a signed address at another host of its own. Its reader gets the
 * content, and never the address, which lets in whoever has it.
 */
@Injectable()
export class Downloads {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly exchange: ProviderExchange,
  ) {}

  /**
   * What the redirect in an answer leads to; `undefined` when it is none, or leads where this provider's downloads are not.
   * @throws Problem 502 `unexpected_response` when there is nothing to be had; what undici throws
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

  /** What is at an address outside of the provider's API. @throws Problem 502 `unexpected_response` */
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
    // Storages show the address that they refuse.
    discardAnswer(answer);
    throw new Problem(
      502,
      'unexpected_response',
      `The provider's download host answered with the status ${answer.status}.`,
    );
  }

  private isDownload(provider: Provider, url: URL): boolean {
    return this.connectors.downloadOrigins(provider.id).some((pattern) => fits(pattern, url));
  }
}

/** `https://*.example.com` stands for every host below example.com. */
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

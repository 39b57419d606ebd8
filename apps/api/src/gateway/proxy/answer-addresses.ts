import {
  JsonStringReplacer,
  proxiedTarget,
  replaceLinks,
  type AnswerRules,
  type BaseUrls,
  type CapabilityKind,
  type Provider,
} from '@valetkey/providers';
import { newId } from '../../platform/index.js';
import { KEPT_PATH } from './kept-link.js';

/** Members that clients of any API follow with their credential. */
const FOLLOWED = /^(@odata\.)?(next|prev|previous|first|last|delta)(Page)?(Link|Url)$/i;

/** A URI template after an address (RFC 6570). */
const TEMPLATE = /\{.*/s;

/** A response with more signed addresses than this is a listing: they are not kept, since nobody fetches them all. */
const MOST_KEPT = 20;

/** Google says a week; sessions that end sooner say so themselves. */
const SESSION_LIVES_MS = 7 * 24 * 3_600_000;

/** An address that callers must not see. */
export interface KeptAddress {
  readonly id: string;
  readonly url: string;
  readonly kind: CapabilityKind;
  readonly livesMs: number;
}

export interface Surroundings {
  readonly provider: Provider;
  readonly baseUrls: BaseUrls;
  /** The request whose response named it. */
  readonly url: URL;
  /** Our proxy of this provider, as callers reach it. */
  readonly proxyUrl: string;
  /** Stores addresses under the ids that were issued for them. */
  readonly keep: (addresses: readonly KeptAddress[]) => Promise<void>;
}

/**
 * Rewrites the addresses in one response: those of the provider's API lead to our proxy, since a client that follows
 * one sends its credential along; those that work for anyone who has them are stored here and replaced.
 */
export class AnswerAddresses {
  private readonly kept: KeptAddress[] = [];
  private storedCount = 0;
  private readonly rules: AnswerRules;

  constructor(private readonly at: Surroundings) {
    this.rules = at.provider.answers ?? {};
  }

  /** `Location`, `Content-Location`, `Link` and the provider's own headers with an address; no header for none. */
  headers(received: Readonly<Record<string, string>>): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(received)) {
      const isAddress =
        name === 'location' || name === 'content-location' || this.rules.addressHeaders?.test(name);
      const rewritten =
        name === 'link'
          ? replaceLinks(value, (target) => this.rewritten(target) ?? undefined)
          : isAddress
            ? this.rewritten(value)
            : undefined;
      if (typeof rewritten === 'string') headers[name] = rewritten;
    }
    return headers;
  }

  /**
   * Rewrites the members of a JSON body that hold addresses; `undefined` for a body that must not change: not JSON, or
   * a user's own content.
   */
  body(contentType: string): JsonStringReplacer | undefined {
    const { at, rules } = this;
    const path = at.url.pathname;
    const isContent = rules.content && (rules.content.test(path) || rules.content.test(path + at.url.search));
    if (isContent || !isJson(contentType)) return undefined;
    const capability = rules.capabilities?.find((each) => each.path.test(path));
    const fits = (pattern: RegExp | undefined, member: string) => pattern?.test(member) ?? false;
    const isFollowed = (member: string) =>
      FOLLOWED.test(member) || fits(rules.followed, member) || fits(rules.followedInside, member);
    return new JsonStringReplacer({
      isWanted: (member) =>
        isFollowed(member) ||
        fits(rules.links, member) ||
        fits(rules.secrets, member) ||
        member === capability?.member,
      isWantedInside: (member) => fits(rules.linksInside, member) || fits(rules.followedInside, member),
      replace: (value, member) => {
        if (fits(rules.secrets, member)) return null;
        if (!/^https?:\/\//i.test(value)) return value;
        const rewritten = this.rewritten(value);
        if (rewritten !== undefined) return rewritten;
        if (member === capability?.member && (capability.address?.test(value) ?? true))
          return this.keep(value, capability.kind, capability.livesMs);
        return isFollowed(member) ? null : value;
      },
      settled: () => this.stored(),
    });
  }

  /** Stores the addresses found so far. Wait for it before their ids leave. */
  async stored(): Promise<void> {
    const found = this.kept.slice(this.storedCount);
    this.storedCount = this.kept.length;
    if (found.length > 0) await this.at.keep(found);
  }

  /** `undefined`: not an address of the provider's API; `null`: no caller may have it. */
  private rewritten(written: string): string | null | undefined {
    const template = TEMPLATE.exec(written)?.[0] ?? '';
    const plain = written.slice(0, written.length - template.length);
    if (!URL.canParse(plain, this.at.url.href)) return undefined;
    const url = new URL(plain, this.at.url);
    url.hash = '';
    const target = proxiedTarget(this.at.provider, this.at.baseUrls, url);
    if (target === undefined) return undefined;
    if (this.rules.sessions?.test(url.search)) return this.keep(url.href, 'upload_session', SESSION_LIVES_MS);
    return `${this.at.proxyUrl}${target}${template}`;
  }

  private keep(url: string, kind: CapabilityKind, livesMs: number): string | null {
    const known = this.kept.find((one) => one.url === url);
    if (!known && this.kept.length >= MOST_KEPT) return null;
    const id = known?.id ?? newId('lnk');
    if (!known) this.kept.push({ id, url, kind, livesMs });
    return `${this.at.proxyUrl}${KEPT_PATH}${id}`;
  }
}

/** GitHub marks files that are sent unchanged as `…raw+json`. */
function isJson(contentType: string): boolean {
  const [type = ''] = contentType.toLowerCase().split(';', 1);
  return /^application\/(json|[\w.-]+\+json)\s*$/.test(type) && !/\.raw\b/.test(type);
}

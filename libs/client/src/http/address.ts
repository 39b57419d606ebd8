/** Values of a query; `undefined` is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where a Valetkey is. Every address that a request goes to is made here, below it. */
export class Address {
  /** Without a slash at the end. */
  readonly base: string;

  /** @throws TypeError for anything but the address of a server: `https://valetkey.example` */
  constructor(url: string | URL) {
    if (!URL.canParse(url)) throw new TypeError('url: must be the address of a server');
    const { protocol, username, password, search, hash, origin, pathname } = new URL(url);
    if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError('url: must be http or https');
    if (username !== '' || password !== '') throw new TypeError('url: must hold no credentials');
    if (search !== '' || hash !== '') throw new TypeError('url: must have no query and no fragment');
    this.base = `${origin}${pathname.replace(/\/$/, '')}`;
  }

  /**
   * An address below /v1. Each segment stays one, whatever is in it. @throws TypeError for a segment that is none: `..`
   * would lead to another route
   */
  of(segments: readonly string[], query: Query = {}): URL {
    const path = segments.map((segment) => {
      if (/^\.{0,2}$/.test(segment)) throw new TypeError(`${JSON.stringify(segment)} is no id`);
      return encodeURIComponent(segment);
    });
    const url = new URL(`${this.base}/v1/${path.join('/')}`);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    return url;
  }

  /** The address at which a provider's own API is reached. `target` is a path that a URL has, with its query. */
  ofProvider(provider: string, target: string): URL {
    const below = `${this.of(['proxy', provider]).href}/`;
    const url = new URL(`${below}${target.replace(/^\//, '')}`);
    if (!url.href.startsWith(below)) throw new TypeError(`${target} is no path of ${provider}`);
    return url;
  }
}

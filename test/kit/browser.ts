/** A page as a browser sees it, before it follows a redirect. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Absolute address of the redirect, when it is one. */
  readonly location: string | undefined;
}

/** As much of a browser as a connect page needs: cookies by host, forms, and an Origin on every post. */
export class Browser {
  private readonly cookies = new Map<string, Map<string, string>>();

  open(url: string): Promise<Page> {
    return this.request(url, {});
  }

  /** Sends a form; `origin` is the page that it stands on. */
  submit(
    url: string,
    form: Readonly<Record<string, string>> | URLSearchParams,
    origin?: string,
  ): Promise<Page> {
    return this.request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...(origin ? { origin } : {}) },
      body: new URLSearchParams(form).toString(),
    });
  }

  /** Goes where a redirect points, until there is a page. */
  async follow(page: Page): Promise<Page> {
    let current = page;
    for (let step = 0; current.location !== undefined && step < 10; step++)
      current = await this.open(current.location);
    return current;
  }

  /** The cookies of a host, for specs about what they hold. */
  cookiesOf(url: string): ReadonlyMap<string, string> {
    return this.cookies.get(new URL(url).hostname) ?? new Map();
  }

  private async request(
    url: string,
    init: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<Page> {
    const jar = this.jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookie ? { cookie } : {}) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = response.headers.get('location');
    return {
      url,
      status: response.status,
      html: await response.text(),
      headers: response.headers,
      location: location === null ? undefined : new URL(location, url).href,
    };
  }

  private jarOf(url: string): Map<string, string> {
    const host = new URL(url).hostname;
    const known = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, known);
    return known;
  }
}

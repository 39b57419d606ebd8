import type { IncomingHttpHeaders } from 'node:http';

/** A request as a scripted server got it; `id` is that of the entry. */
export interface Sent {
  readonly id: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Text is sent as a form. */
export interface Reply {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The members of a body, if it is encoded as it must be. */
export function membersOf(
  { headers, text, url }: Sent,
  encoding: 'form' | 'json' | 'query' | 'none',
): Record<string, string> | undefined {
  const type = headers['content-type'] ?? '';
  if (encoding === 'query') return Object.fromEntries(url.searchParams);
  if (encoding === 'none') return text === '' ? {} : undefined;
  if (encoding === 'json')
    return type.startsWith('application/json') ? (JSON.parse(text) as Record<string, string>) : undefined;
  return type.startsWith('application/x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(text))
    : undefined;
}

/** Sets a value at a path, with the objects and lists that it needs. */
export function nested(body: object, path: string, value: unknown): void {
  const steps = path.startsWith('/')
    ? path.slice(1).split('/')
    : path.replace(/\[(\d+)\]/g, '.$1').split('.');
  let at = body as Record<string, unknown>;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    at[step] ??= /^\d+$/.test(steps[index + 1] ?? '') ? [] : {};
    at = at[step] as Record<string, unknown>;
  }
  at[steps.at(-1) ?? ''] = value;
}

const encoded = (text: string) => new URLSearchParams({ v: text }).toString().slice(2);

/** HTTP Basic for a client (RFC 6749, section 2.3.1). */
export function basicOf(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(clientSecret)}`).toString('base64')}`;
}

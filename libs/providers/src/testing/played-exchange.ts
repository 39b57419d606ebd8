import { filled } from '../action-sets/filled.js';
import type { RecordedRequest } from './answering-server.js';

/** A request as a file of actions shows it, with its answer. */
export interface ShownExchange {
  readonly sends: string;
  readonly body?: unknown;
  readonly answer?: unknown;
}

/** A request in the form in which it is compared: parameters in the order of their names. */
export interface ComparedRequest {
  readonly sends: string;
  readonly body: unknown;
}

/** The request that a file shows, with these marks in it. */
export function shownRequest(
  { sends, body }: ShownExchange,
  marks: Readonly<Record<string, string>>,
): ComparedRequest {
  const [method = '', address = ''] = sends.split(' ');
  const url = new URL(
    address.replace(/\{(\w+)\}/g, (all, name: string) => marks[name] ?? all),
    'https://shown.example',
  );
  return { sends: written(method, url.pathname, url.searchParams), body: filled(body, marks) };
}

/** A request that was sent below a base with this path. */
export function sentRequest(
  { method, path, query, body }: Pick<RecordedRequest, 'method' | 'path' | 'query' | 'body'>,
  basePath: string,
): ComparedRequest {
  const below = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
  return { sends: written(method, below, query), body };
}

function written(method: string, path: string, query: URLSearchParams): string {
  const parameters = [...query].map(([name, value]) => `${name}=${value}`).sort();
  return [method, decodeURIComponent(path), ...parameters].join(' ');
}

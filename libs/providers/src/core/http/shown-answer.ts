import { shownHeaderNames, type BytesAnswer } from '../provider-http.js';
import { nextQuery } from './link-header.js';
import { parseJson } from './read-body.js';

/** A response that has been read. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  readonly isCut: boolean;
}

/** The response with no more of it than an action may see. */
export function shownAnswer({ status, headers, body, isCut }: ReceivedAnswer): BytesAnswer {
  const shown = shownHeaderNames.map((name) => [name, headers[name]] as const);
  return {
    ...{ status, headers: Object.fromEntries(shown), bytes: body, isCut },
    next: nextQuery(headers['link']),
    json: () => parseJson(body),
  };
}

import type { z } from 'zod';
import type { RecoverCall, Recovery } from '../core/action.js';
import type { Query } from '../core/provider-http.js';
import { marker } from './marker.js';

const perPage = 100;
const maxPages = 10;

/** Clocks differ: GitHub's may be behind ours by this much. */
const skewMs = 300_000;

/** When the first attempt can have happened at the earliest, by GitHub's clock. */
export const earliest = ({ attemptedAt }: RecoverCall<unknown>): Date | undefined =>
  attemptedAt && new Date(attemptedAt.getTime() - skewMs);

interface Marked {
  readonly body?: string | null | undefined;
  readonly created_at?: string | null | undefined;
}

interface Listing<Item extends Marked> {
  readonly path: string;
  readonly query?: Query;
  readonly response: z.ZodType<Item[]>;
  /** The list is ordered by creation, newest first: older than the first attempt is the end. */
  readonly newestFirst: boolean;
}

/**
 * Looks for the effect's marker in a list, page by page. Search APIs are not used: their index lags behind, and
 * what it does not show yet would be made twice. A list too long to be read to its end gives `unknown`.
 */
export async function findMarked<Item extends Marked>(
  call: RecoverCall<unknown>,
  { path, query, response, newestFirst }: Listing<Item>,
): Promise<Recovery<Item>> {
  const sought = marker(call.effectId);
  const oldest = newestFirst ? earliest(call)?.getTime() : undefined;
  for (let page = 1; page <= maxPages; page += 1) {
    const items = await call.http.get(path, { query: { ...query, per_page: perPage, page }, response });
    const match = items.find(({ body }) => body?.includes(sought));
    if (match) return { found: match };
    const last = items.at(-1)?.created_at;
    const isPast = oldest !== undefined && last != null && Date.parse(last) < oldest;
    if (items.length < perPage || isPast) return { absent: true };
  }
  return { unknown: `not among ${perPage * maxPages} entries, and there are more` };
}

/** Puts what was found into the words of the action's output. */
export const asFound = <From, To>(recovery: Recovery<From>, to: (from: From) => To): Recovery<To> =>
  'found' in recovery ? { found: to(recovery.found) } : recovery;

import type { GetListParams, GetListResult } from 'react-admin';
import type { AuditEvent } from '../api-types';
import { isIntent, withoutEndedIntents } from './ended-intents';
import { httpClient, operatorApi } from './http-client';

/** How often an empty answer is followed by the next: each means that 10,000 events were looked at. */
const LOOKS = 20;

/** How many outcomes are remembered for the intents of older pages. */
const REMEMBERED = 200;

/** Where a page of a list begins, and the outcomes of the pages before it: they end intents of this one. */
interface Place {
  cursor?: string;
  outcomes: readonly AuditEvent[];
}
const START: Place = { outcomes: [] };

/** The places of the pages that the operator has gone through. */
const places = new Map<string, Place>();

const query = ({ filter, sort }: GetListParams, count: number, cursor: string | undefined) => {
  const members = new URLSearchParams({
    filter: JSON.stringify(filter ?? {}),
    range: JSON.stringify([0, count - 1]),
    sort: JSON.stringify(['seq', sort?.order ?? 'DESC']),
    ...(cursor === undefined ? {} : { cursor }),
  });
  return `${operatorApi}/audit-events?${members.toString()}`;
};

interface Page {
  events: AuditEvent[];
  next: Place | undefined;
  /** Only a first page knows it, and only when it is small and shows every event. */
  total: number | undefined;
}

const fetchPart = async (params: GetListParams, count: number, cursor: string | undefined) => {
  const { json, headers } = await httpClient(query(params, count, cursor));
  const total = Number(headers.get('Content-Range')?.split('/').at(-1));
  return {
    found: json as AuditEvent[],
    next: headers.get('Valetkey-Next-Cursor') ?? undefined,
    total: Number.isInteger(total) ? total : undefined,
  };
};

/** Reads on until the page is full: ended intents are left out of it. */
const read = async (params: GetListParams, from: Place): Promise<Page> => {
  const { perPage = 25 } = params.pagination ?? {};
  const events: AuditEvent[] = [];
  let { cursor, outcomes } = from;
  for (let look = 1, isWhole = true; ; look++) {
    const wanted = perPage - events.length;
    const { found, next, total } = await fetchPart(params, wanted, cursor);
    outcomes = [...found.filter((event) => !isIntent(event)), ...outcomes].slice(0, REMEMBERED);
    const kept = withoutEndedIntents(found, outcomes);
    isWhole &&= kept.length === found.length;
    events.push(...kept);
    const hasGap = found.length === wanted && kept.length < wanted;
    if (next === undefined || look === LOOKS || (events.length > 0 && !hasGap))
      return {
        events,
        next: next === undefined ? undefined : { cursor: next, outcomes },
        total: next === undefined ? events.length : isWhole ? total : undefined,
      };
    cursor = next;
  }
};

/** The log is paged by cursor: a page is reached over the pages before it. */
export const auditPage = async (params: GetListParams): Promise<GetListResult<AuditEvent>> => {
  const { page = 1, perPage } = params.pagination ?? {};
  const key = (number: number) => JSON.stringify([params.filter, params.sort?.order, perPage, number]);
  let known = page;
  while (known > 1 && !places.has(key(known))) known--;
  for (let number = known; ; number++) {
    const { events, next, total } = await read(
      params,
      number === 1 ? START : (places.get(key(number)) ?? START),
    );
    if (next === undefined) places.delete(key(number + 1));
    else places.set(key(number + 1), next);
    if (number === page || next === undefined) {
      const paging = { pageInfo: { hasPreviousPage: page > 1, hasNextPage: next !== undefined } };
      return { data: events, ...(page === 1 && total !== undefined ? { total } : paging) };
    }
  }
};

import type { GetListParams, GetListResult } from 'react-admin';
import type { AuditEvent } from '../api-types';
import { httpClient, operatorApi } from './http-client';

/** How often an empty answer is followed by the next: each means that 10,000 events were looked at. */
const LOOKS = 20;

/** Where each page of a list begins, as far as the operator has gone through it. */
const cursors = new Map<string, string>();

const query = ({ filter, sort, pagination }: GetListParams, cursor: string | undefined) => {
  const { perPage = 25 } = pagination ?? {};
  const members = new URLSearchParams({
    filter: JSON.stringify(filter ?? {}),
    range: JSON.stringify([0, perPage - 1]),
    sort: JSON.stringify(['seq', sort?.order ?? 'DESC']),
    ...(cursor === undefined ? {} : { cursor }),
  });
  return `${operatorApi}/audit-events?${members.toString()}`;
};

interface Page {
  events: AuditEvent[];
  next: string | undefined;
  /** Only a first page knows it, and only when it is small. */
  total: number | undefined;
}

const read = async (params: GetListParams, cursor: string | undefined): Promise<Page> => {
  let at = cursor;
  for (let look = 1; ; look++) {
    const { json, headers } = await httpClient(query(params, at));
    const next = headers.get('Valetkey-Next-Cursor') ?? undefined;
    const total = Number(headers.get('Content-Range')?.split('/').at(-1));
    const events = json as AuditEvent[];
    if (events.length > 0 || next === undefined || look === LOOKS)
      return { events, next, total: Number.isInteger(total) ? total : undefined };
    at = next;
  }
};

/** The log is paged by cursor: a page is reached over the pages before it. */
export const auditPage = async (params: GetListParams): Promise<GetListResult<AuditEvent>> => {
  const { page = 1, perPage } = params.pagination ?? {};
  const key = (number: number) => JSON.stringify([params.filter, params.sort?.order, perPage, number]);
  let known = page;
  while (known > 1 && !cursors.has(key(known))) known--;
  for (let number = known; ; number++) {
    const { events, next, total } = await read(params, number === 1 ? undefined : cursors.get(key(number)));
    if (next === undefined) cursors.delete(key(number + 1));
    else cursors.set(key(number + 1), next);
    if (number === page || next === undefined) {
      const paging = { pageInfo: { hasPreviousPage: page > 1, hasNextPage: next !== undefined } };
      return { data: events, ...(page === 1 && total !== undefined ? { total } : paging) };
    }
  }
};

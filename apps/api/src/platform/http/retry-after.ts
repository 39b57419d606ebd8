import { retryAfterMs } from '@valetkey/providers';

/** `Retry-After` of an answer in milliseconds, at most a day; `undefined` where it is absent or cannot be read. */
export function retryAfterOf(response: Response, now: number): number | undefined {
  return retryAfterMs({ headers: { 'retry-after': response.headers.get('retry-after') ?? undefined }, now });
}

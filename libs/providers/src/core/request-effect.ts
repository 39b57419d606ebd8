import type { Effect } from './action.js';
import type { Provider } from './provider.js';

/** What a request that no action describes does to the user's data, as far as method and path tell. */
export function requestEffect(
  { destructive }: Pick<Provider, 'destructive'>,
  method: string,
  path: string,
): Effect {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'DELETE' || destructive?.test(path) ? 'destructive' : 'write';
}

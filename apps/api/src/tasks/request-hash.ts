import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The hash by which a request that is sent again is known: the order of its members does not matter. */
export function hashOfRequest(body: object): Buffer {
  return createHash('sha256')
    .update(canonicalize(body) ?? '')
    .digest();
}

/** An endpoint as an app names it: usually a path, sometimes a whole address that it took out of an answer. */
export interface Endpoint {
  /** The provider whose proxied address it is. */
  readonly providerId: string | undefined;
  /** Of an address at another place. */
  readonly origin: string | undefined;
  /** Path and query below the provider, in their original encoding. */
  readonly target: string;
}

/** @param written what follows `/proxy/` in the address of the request */
export function readEndpoint(written: string, publicUrl: string): Endpoint {
  const origin = /^https?:\/\/[^/?#]+/i.exec(written)?.[0];
  const rest = written.slice(origin?.length ?? 0);
  if (origin !== undefined && origin.toLowerCase() !== new URL(publicUrl).origin)
    return { providerId: undefined, origin: origin.toLowerCase(), target: rest || '/' };
  const path = origin === undefined ? `/${written}` : rest;
  const [, providerId, below] = /^\/v1\/proxy\/([^/?]+)(\/.*)$/s.exec(path) ?? [];
  return { providerId, origin: undefined, target: below ?? path };
}

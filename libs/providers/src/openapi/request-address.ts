/** The path that every path of an API has in front (`/v1`); empty when there is none. */
export function servicePath(apiBaseUrl: string): string {
  return apiBaseUrl.replace(/^https?:\/\/[^/]+/, '').replace(/(?<!\/)\/+$/, '');
}

/** A path with its values in place, each one segment or the beginning of one. */
export function filledPath(path: string, values: ReadonlyMap<string, string>): string {
  return path.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeURIComponent(values.get(name) ?? ''));
}

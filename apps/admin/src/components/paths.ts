/** Where ids go into addresses and come out of them: encoded once here, decoded once in `idInPath`. */
export const editPath = (resource: string, id: string) => `/${resource}/${encodeURIComponent(id)}`;
export const recordPath = (resource: string, id: string) => `${editPath(resource, id)}/show`;
export const userPath = (id: string) => recordPath('users', id);

/** A list with a filter already set, as react-admin reads it from the address. */
export const filteredPath = (resource: string, filter: Record<string, string>) =>
  `/${resource}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

/**
 * The id in the address of one record. Not the router's parameter: it is decoded already, and holds `a/b` for the ids
 * `a/b` and `a%2Fb` alike. What was typed by hand may be no encoding at all, and stands for itself then.
 */
export const idInPath = (pathname: string): string => {
  const segment = pathname.split('/')[2] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
};

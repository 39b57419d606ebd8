export const userPath = (id: string) => `/users/${encodeURIComponent(id)}/show`;
export const recordPath = (resource: string, id: string) => `/${resource}/${encodeURIComponent(id)}/show`;

/** A list with a filter already set, as react-admin reads it from the address. */
export const filteredPath = (resource: string, filter: Record<string, string>) =>
  `/${resource}?filter=${encodeURIComponent(JSON.stringify(filter))}`;

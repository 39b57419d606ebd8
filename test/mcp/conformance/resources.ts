/** Resources that the conformance suite reads. */

/** The smallest PNG: one pixel. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

export const RESOURCES = [
  { uri: 'test://static-text', name: 'Static text', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'Static binary', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'Watched', mimeType: 'text/plain' },
];

export const TEMPLATE = {
  uriTemplate: 'test://template/{id}/data',
  name: 'Template',
  mimeType: 'application/json',
};

/** The contents, or `undefined` for an address of somebody else. */
export function resourceOf(uri: string): { contents: object[] } | undefined {
  const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
  if (id !== undefined) {
    const text = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    return { contents: [{ uri, mimeType: 'application/json', text }] };
  }
  const known = RESOURCES.find((resource) => resource.uri === uri);
  if (known === undefined) return undefined;
  const { mimeType } = known;
  const content =
    mimeType === 'image/png' ? { blob: PIXEL } : { text: 'This is the content of the static text resource.' };
  return { contents: [{ uri, mimeType, ...content }] };
}

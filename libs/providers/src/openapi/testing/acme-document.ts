import { importOperations, type ImportingProvider } from '../import-operations.js';

/** A provider for which documents are read. */
export const ACME: ImportingProvider = {
  id: 'acme',
  apiBaseUrl: 'https://api.acme.example/v1',
  requestHeaders: ['if-match', 'x-acme-trace'],
  sentHeaders: ['acme-version'],
  takenNames: ['proxy', 'notes.list', 'sends'],
  routes: {
    'DELETE /notes/{}': { effect: 'destructive', refusal: 'acme.notes.remove does the same; use that' },
  },
};

export type Json = Record<string, unknown>;

/** A document with one operation, `thing`, of which these members differ. */
export const documentOf = (operation: Json, more: Json = {}): Json => ({
  openapi: '3.1.0',
  info: { title: 'Acme', version: '1' },
  servers: [{ url: 'https://api.acme.example/v1' }],
  paths: { '/things': { get: { operationId: 'thing', summary: 'List all things.', ...operation } } },
  ...more,
});

/** A document whose operations are at these paths. */
export const withPaths = (paths: Json): Json => documentOf({}, { paths });

/** A request body of JSON. */
export const jsonBody = (schema: unknown): Json => ({
  requestBody: { required: true, content: { 'application/json': { schema } } },
});

/** A document whose operation takes such a body. */
export const taking = (schema: unknown, more: Json = {}): Json => ({
  ...withPaths({ '/things': { post: { operationId: 'thing', ...jsonBody(schema) } } }),
  ...more,
});

/** A parameter in the query. */
export const query = (name: string, schema: unknown = { type: 'string' }, more: Json = {}): Json => ({
  ...{ name, in: 'query', schema },
  ...more,
});

/** So many members, made by their index. */
export const many = (count: number, make: (index: number) => readonly [string, unknown]): Json =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)));

/** A document as it is sent. */
export const textOf = (document: unknown): string =>
  typeof document === 'string' ? document : JSON.stringify(document);

/** Reads one operation of a document. */
export const read = (document: unknown, operation = 'thing') =>
  importOperations(textOf(document), [{ operation }], ACME);

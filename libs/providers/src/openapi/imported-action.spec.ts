import { findEntry, useOwnEntries, type CatalogueEntry } from '../catalogue/catalogue.js';
import { actionJsonSchema } from '../core/json-schema.js';
import { parseInput } from '../core/action-input.js';
import { effectiveBaseUrls } from '../core/base-urls.js';
import type { Action } from '../core/action.js';
import { createProviderHttp } from '../core/create-provider-http.js';
import { judgeRequest, routeRequest } from '../requests/judge-request.js';
import { allProviders, findAction, findProvider, findShippedProvider, useImportedApis } from '../registry.js';
import { failureOf, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import type { Provider } from '../core/provider.js';
import { importedOperation } from './imported-operation.js';
import { importingProvider, importOperations, type SelectedOperation } from './import-operations.js';
import { textOf, type Json } from './testing/acme-document.js';
import { NOTION_DOCUMENT } from './testing/notion-document.js';

// Notion's API, as an entry that has no actions of ours.
useOwnEntries([{ ...(findEntry('notion') as CatalogueEntry), id: 'wiki' }]);
const WIKI = findShippedProvider('wiki') as Provider;

const SELECTED: SelectedOperation[] = [
  'pages/get',
  'pages/update',
  'search',
  'forms/send',
  'lists/put',
  'anything',
].map((operation) => ({ operation }));
const convert = (selection = SELECTED) =>
  importOperations(textOf(NOTION_DOCUMENT), selection, importingProvider(WIKI));

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
  const { operations, scopes, refused } = await convert();
  expect(refused).toEqual([]);
  // As they come back from the database.
  const stored = operations.map((operation) =>
    importedOperation.parse(JSON.parse(JSON.stringify(operation))),
  );
  useImportedApis([{ provider: 'wiki', operations: stored, scopes }]);
});
afterAll(async () => {
  useImportedApis([]);
  useOwnEntries([]);
  await server.close();
});

const action = (name: string) => findAction(`wiki.${name}`) as Action;
const provider = () => findProvider('wiki') as Provider;
async function run(name: string, input: Json) {
  const parsed = parseInput(action(name), input);
  if (!parsed.success) throw parsed.error;
  const http = createProviderHttp({
    provider: provider(),
    baseUrls: effectiveBaseUrls(provider(), { apiBaseUrl: `${server.origin}/v1` }),
    accessToken: 'the-token-of-the-user',
    timeoutMs: 5_000,
    maxResponseBytes: 100_000,
  });
  const call = {
    input: parsed.data,
    http,
    effectId: 'eff_0123456789abcdef',
    signal: new AbortController().signal,
  };
  return action(name).run(call);
}

describe('an imported operation', () => {
  it('is an action like any other, found by its id and its name as a tool', () => {
    expect(action('pages.get')).toBe(findAction('wiki__pages__get'));
    expect(action('pages.get')).toMatchObject({
      effect: 'read',
      scopes: ['pages:read'],
      title: 'Get a page',
    });
    expect(action('pages.update')).toMatchObject({ effect: 'write', scopes: [], idempotency: 'none' });
    expect(action('search').effect).toBe('read');
    expect(provider().scopes['pages:read']?.description).toBe('Read pages .');
    expect(allProviders().find(({ id }) => id === 'wiki')).toBe(provider());
    expect(findShippedProvider('wiki')?.actions).toEqual([]);
  });

  it('has a strict input of all that the request takes', () => {
    const { input } = actionJsonSchema(action('pages.update'));
    expect(input).toMatchObject({
      type: 'object',
      properties: {
        page_id: { type: 'string', minLength: 1 },
        title: { type: ['string', 'null'] },
        body_page_id: { type: 'integer' },
      },
      required: ['page_id', 'title'],
      additionalProperties: false,
    });
    const take = (given: Json) => parseInput(action('pages.update'), given).success;
    expect([
      take({ page_id: 'p', title: null }),
      take({ page_id: 'p' }),
      take({ page_id: '', title: 'x' }),
      take({ page_id: 'p', title: 'x', more: 1 }),
    ]).toEqual([true, false, false, false]);
  });

  it('says how the next page is had, and gives it', async () => {
    expect(action('pages.get').summary).toBe('Get a page. The next page: start_cursor as next gives it.');
    server.answerWith(() => ({ body: { next_cursor: 'c2', results: [] } }));
    expect(await run('pages.get', { page_id: 'p' })).toEqual({
      body: { next_cursor: 'c2', results: [] },
      next: { start_cursor: 'c2' },
    });
    server.answerWith(() => ({
      body: [1],
      headers: { link: '<https://evil.example/?start_cursor=c3&other=1>; rel="next"' },
    }));
    expect(await run('pages.get', { page_id: 'p' })).toEqual({ body: [1], next: { start_cursor: 'c3' } });
  });

  it('sends each value where the document says, encoded, with the token that it never sees', async () => {
    server.answerWith(() => ({ body: {} }));
    await run('pages.get', {
      page_id: 'a/b?c#d',
      fields: ['x', 'y,z'],
      tag: ['1', '2'],
      filter: { a: { b: [1] } },
    });
    const [request] = server.requests;
    expect(request?.path).toBe('/v1/pages/a%2Fb%3Fc%23d');
    expect([...(request?.query ?? [])]).toEqual([
      ['fields', 'x,y,z'],
      ['filter[a][b][0]', '1'],
      ['tag', '1'],
      ['tag', '2'],
    ]);
    expect(request?.headers).toMatchObject({ authorization: 'Bearer the-token-of-the-user' });
  });

  it.each<[string, Json, string, string]>([
    [
      'pages.update',
      { page_id: 'p', title: 'T', body_page_id: 7 },
      'application/json',
      '{"title":"T","page_id":7}',
    ],
    [
      'forms.send',
      { to: ['a@b', 'c'], meta: { k: ['v'] } },
      'application/x-www-form-urlencoded',
      'to=a%40b&to=c&meta%5Bk%5D%5B0%5D=v',
    ],
    ['lists.put', { body: [1, 2] }, 'application/json', '[1,2]'],
  ])('writes the body of %s', async (name, input, type, text) => {
    server.answerWith(() => ({ status: 204 }));
    expect(await run(name, input)).toEqual({});
    expect(server.requests[0]).toMatchObject({ rawBody: text, headers: { 'content-type': type } });
  });

  it('gives a text as text, and nothing that is neither', async () => {
    server.answerWith(() => ({ body: 'plain words' }));
    expect(await run('search', {})).toEqual({ text: 'plain words' });
    server.answerWith(() => ({ body: Buffer.from([0, 255]) }));
    expect(await failureOf(run('search', {}))).toMatchObject({
      code: 'unexpected_response',
      mayHaveHappened: true,
    });
  });

  it('fails as the provider says, and tells the scopes', async () => {
    server.answerWith(() => ({ status: 404, body: {} }));
    expect(await failureOf(run('pages.get', { page_id: 'p' }))).toMatchObject({ code: 'not_found' });
  });

  it.each(['..', '.', '%2e%2e'])('goes nowhere else with the value %j', async (page_id) => {
    server.answerWith(() => ({ body: {} }));
    await run('pages.get', { page_id }).catch(() => undefined);
    for (const { path } of server.requests) expect(path).toMatch(/^\/v1\/pages\/[^/]+$/);
  });
});

describe('the proxy beside imported operations', () => {
  it('knows which request is which action, and what it does', () => {
    const { apiBaseUrl } = provider();
    const judged = (method: string, path: string) =>
      judgeRequest(routeRequest(provider(), { apiBaseUrl }, method, new URL(apiBaseUrl + path)), {
        headers: {},
      });
    expect(judged('PATCH', '/pages/p1')).toMatchObject({ effect: 'write', actions: ['wiki.pages.update'] });
    expect(judged('POST', '/search')).toMatchObject({ effect: 'read', actions: ['wiki.search'] });
    expect(judged('PUT', '/lists')).toMatchObject({ effect: 'write', actions: ['wiki.lists.put'] });
    expect(judged('PUT', '/elsewhere')).toMatchObject({ effect: 'destructive', actions: [] });
  });
});

it('takes what an operator says in place of what the document says', async () => {
  const [choice] = (
    await convert([
      { operation: 'DELETE /v1/none' },
      {
        operation: 'pages/get',
        name: 'read',
        effect: 'write',
        title: 'Read',
        summary: 'Reads one page.',
        scopes: ['own'],
      },
    ])
  ).operations;
  expect(choice).toMatchObject({
    name: 'read',
    effect: 'write',
    title: 'Read',
    summary: 'Reads one page.',
    scopes: ['own'],
  });
});

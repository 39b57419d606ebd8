import {
  documentOf,
  jsonBody,
  many,
  query,
  read,
  taking,
  textOf,
  withPaths,
  type Json,
} from './testing/acme-document.js';

const deep = (levels: number, around: (inner: unknown) => unknown): unknown => {
  let value: unknown = { type: 'string' };
  for (let level = 0; level < levels; level++) value = around(value);
  return value;
};
const repeated = JSON.stringify(documentOf({})).slice(0, -1);

describe('what is bounded, and the operation is taken', () => {
  const only = async (document: unknown) => {
    const startedAt = performance.now();
    const { operations, refused, notes } = await read(document);
    expect(refused).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    const [operation] = operations;
    if (!operation) throw new Error('nothing was taken');
    expect(JSON.stringify(operation.input).length).toBeLessThan(25_000);
    return { ...operation, notes: notes.map(({ note }) => note), text: JSON.stringify(operation.input) };
  };
  const properties = ({ input }: { input: Json }) => input['properties'] as Record<string, Json>;

  it('a schema that contains itself: any value where it comes again', async () => {
    const tree = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      },
    };
    const made = await only(
      taking({ $ref: '#/components/schemas/Tree' }, { components: { schemas: { Tree: tree } } }),
    );
    expect(properties(made)).toMatchObject({
      name: { type: 'string' },
      children: { type: 'array', items: {} },
    });
  });

  it('schemas that double at each step', async () => {
    const schemas = many(40, (index) => [
      `S${index}`,
      {
        type: 'object',
        properties: {
          a: { $ref: `#/components/schemas/S${index + 1}` },
          b: { $ref: `#/components/schemas/S${index + 1}` },
        },
      },
    ]);
    schemas['S40'] = { type: 'string' };
    const made = await only(taking({ $ref: '#/components/schemas/S0' }, { components: { schemas } }));
    expect(made.text).toContain('"additionalProperties":true');
  });

  it('allOf that doubles at each step is refused', async () => {
    const schemas = many(40, (index) => [
      `S${index}`,
      {
        allOf: [
          { $ref: `#/components/schemas/S${index + 1}` },
          { $ref: `#/components/schemas/S${index + 1}` },
        ],
      },
    ]);
    schemas['S40'] = { type: 'object', properties: { a: { type: 'string' } } };
    const { refused } = await read(taking({ $ref: '#/components/schemas/S0' }, { components: { schemas } }));
    expect(refused[0]?.reason).toMatch(/too large/);
  });

  it('objects that nest deeper than a model can follow', async () => {
    const made = await only(taking(deep(20, (inner) => ({ type: 'object', properties: { a: inner } }))));
    expect(made.text.match(/"properties"/g)?.length).toBeLessThan(9);
  });

  it('a pattern that blows up is not taken over, and never run', async () => {
    const made = await only(documentOf({ parameters: [query('q', { type: 'string', pattern: '^(a+)+$' })] }));
    expect(properties(made)['q']).toEqual({ type: 'string' });
  });

  it('names that collide, in a set order', async () => {
    const made = await only(
      withPaths({
        '/a/{id}': {
          post: {
            operationId: 'thing',
            parameters: [
              { name: 'id', in: 'path', schema: { type: 'integer' } },
              query('id'),
              query('i d'),
              query('i-d'),
              query('i.d'),
            ],
            ...jsonBody({ type: 'object', properties: { id: {}, connectionId: {} } }),
          },
        },
      }),
    );
    expect(Object.keys(properties(made))).toEqual([
      'id',
      'query_id',
      'i_d',
      'i-d',
      'query_i_d',
      'body_id',
      'body_connectionId',
    ]);
    expect(made.places['query_i_d']).toEqual({ in: 'query', name: 'i.d', writing: 'plain' });
  });

  it('members with the names of what every object inherits', async () => {
    const document = textOf(
      taking({
        type: 'object',
        properties: { constructor: { type: 'string' }, toString: { type: 'string' } },
      }),
    ).replace('"toString"', '"__proto__"');
    const made = await only(document);
    expect(Object.keys(properties(made))).toEqual(['constructor']);
    expect(({} as Json)['polluted']).toBeUndefined();
  });

  it('a description of a megabyte, with markup and characters that hide', async () => {
    const description = `Use <b>this</b> [link](https://evil.example) \u202Enow\u0000.${' word'.repeat(200_000)}`;
    const made = await only(
      documentOf({ description, parameters: [query('q', { type: 'string' }, { description })] }),
    );
    expect(made.summary.length).toBeLessThanOrEqual(400);
    expect(made.summary).toMatch(/^List all things\. Use this link now \. word/);
    expect(String(properties(made)['q']?.['description']).length).toBeLessThanOrEqual(160);
  });

  it('a thousand members with descriptions', async () => {
    const members = many(1_000, (index) => [`m${index}`, { type: 'string', description: 'x '.repeat(100) }]);
    const made = await only(taking({ type: 'object', properties: members, required: ['m999'] }));
    expect(Object.keys(properties(made)).length).toBeLessThanOrEqual(101);
    expect(properties(made)['m999']).toEqual({ type: 'string' });
    expect(made.notes).toContainEqual(expect.stringMatching(/leaves out \d+ members/));
  });

  it('10,000 choices, and choices of several kinds', async () => {
    const made = await only(
      documentOf({
        parameters: [
          query('a', { type: 'string', enum: Array.from({ length: 10_000 }, (_, at) => `c${at}`) }),
          query('b', { enum: ['x', 1, {}] }),
          query('c', { enum: ['x', null] }),
        ],
      }),
    );
    expect(properties(made)).toMatchObject({
      a: { type: 'string' },
      b: {},
      c: { anyOf: [{ enum: ['x'] }, { type: 'null' }] },
    });
  });

  it('parameters that carry a credential, or override the method', async () => {
    const components = { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'apiKey' } } };
    const names = ['access_token', 'apikey', '_method', 'q'];
    const made = await only(
      documentOf(
        {
          parameters: [
            ...names.map((name) => query(name, { type: 'string' }, { required: name !== 'q' })),
            { name: 'Authorization', in: 'header', required: true },
            { name: 'Acme-Version', in: 'header', required: true },
          ],
        },
        { components },
      ),
    );
    expect(Object.keys(properties(made))).toEqual(['q']);
  });

  it('optional headers and cookies that do not pass, with a note', async () => {
    const parameters = ['X-Acme-Trace', 'X-Forwarded-For', 'Acme-Account'].map((name) => ({
      name,
      in: 'header',
      schema: { type: 'string' },
    }));
    const made = await only(documentOf({ parameters: [...parameters, { name: 'session', in: 'cookie' }] }));
    expect(Object.keys(properties(made))).toEqual(['X-Acme-Trace']);
    expect(made.notes).toEqual([
      expect.stringContaining('"X-Forwarded-For"'),
      expect.stringContaining('"Acme-Account"'),
      expect.stringContaining('the cookie "session"'),
    ]);
  });

  it.each<[string, Json]>([
    ['types that are none', { type: 'wat' }],
    ['a type that is an object', { type: { a: 1 } }],
    ['true', true as never],
    ['a number', 7 as never],
    ['null', null as never],
    ['properties that are a list', { type: 'object', properties: [] }],
    ['items that are a list', { type: 'array', items: [{ type: 'string' }] }],
    ['bounds that are texts', { type: 'string', minLength: '5', maxLength: -1e308 }],
  ])('a schema with %s', async (_, schema) => {
    await only(documentOf({ parameters: [query('q', schema)] }));
  });

  it('an operation without an id, named by its route', async () => {
    const { operations } = await read(
      withPaths({ '/v2/things/{id}': { get: { parameters: [{ name: 'id', in: 'path' }] } } }),
      'GET /v2/things/{id}',
    );
    expect(operations[0]).toMatchObject({ name: 'get-v2-things-id', title: 'GET /v2/things/{id}' });
  });

  it('an id of 300 characters, cut to what models accept', async () => {
    const operationId = `${'very/long__'.repeat(30)}é`;
    const { operations } = await read(documentOf({ operationId }), operationId);
    const name = `acme__${operations[0]?.name.replaceAll('.', '__')}`;
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  it('a text of JSON in which a member comes twice', async () => {
    const made = await only(`${repeated},"info":{"title":"Other"}}`);
    expect(made.name).toBe('thing');
  });
});

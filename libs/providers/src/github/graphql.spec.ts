import { judged, type Sent } from '../testing/judged.js';

const effect = (request: string, sent?: Sent) => judged(request, sent).effect;

describe('a GraphQL request', () => {
  const graphql = (body: unknown, more: Sent = {}, query = '') =>
    effect(`github POST /graphql${query}`, { body, ...more });

  it.each([
    { query: '{ viewer { login } }' },
    {
      query:
        'query Q($n: Int) { viewer { repositories(first: $n) { nodes { ...R } } } } fragment R on Repository { name }',
      variables: { n: 1 },
      operationName: 'Q',
    },
    { query: 'query A { viewer { login } } query B { viewer { name } }', operationName: 'B' },
    { query: '{ viewer { mutation: login } } # mutation' },
    { query: '{ search(query: "mutation { x }", type: ISSUE) { issueCount } }' },
  ])('that only asks is a read: $query', (body) => expect(graphql(body)).toBe('read'));

  it.each<[string, unknown, Sent?, string?]>([
    ['mutates', { query: 'mutation { deleteRef(input: {refId: "x"}) { clientMutationId } }' }],
    [
      'mutates in another operation',
      { query: 'query A { viewer { login } } mutation B { x }', operationName: 'A' },
    ],
    ['subscribes', { query: 'subscription { x }' }],
    ['cannot be parsed', { query: 'query {' }],
    ['holds fragments only', { query: 'fragment R on Repository { name }' }],
    ['holds a schema', { query: 'query { a } type X { y: Int }' }],
    ['is no text', { query: ['{ a }'] }],
    ['has no query', {}],
    ['brings further members', { query: '{ a }', extensions: {} }],
    ['writes the member otherwise', { query: '{ a }', Query: 'mutation { x }' }],
    ['comes in batches', [{ query: '{ a }' }]],
    ['has a query in the address', { query: '{ a }' }, {}, '?query=mutation{x}'],
    ['comes in another type', '{ a }', { type: 'application/graphql' }],
    ['is deep', { query: `${'{a'.repeat(200)}${'}'.repeat(200)}` }],
    ['is long', { query: `{ ${'a '.repeat(6_000)} }` }],
    ['hides its depth in strings', { query: `{${'a(x: "}") {'.repeat(2_000)}` }],
    ['is compressed', { query: '{ a }' }, { encoding: 'gzip' }],
  ])('that %s asks for a person', (...[, body, more, query]) => {
    expect(graphql(body, more, query)).toBe('destructive');
  });
});

import { importOperations } from './import-operations.js';
import { ACME, documentOf, query, read, taking, textOf, withPaths } from './testing/acme-document.js';

describe('an operation that is refused, while others would be taken', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'a $ref to a file',
      documentOf({ parameters: [{ $ref: 'parameters.yaml#/limit' }] }),
      /"parameters\.yaml#\/limit" leads out/,
    ],
    [
      'a $ref to an address',
      taking({ $ref: 'https://evil.example/schema.json' }),
      /leads out of the document/,
    ],
    ['a $ref to the file system', taking({ $ref: 'file:///etc/passwd' }), /leads out of the document/],
    [
      'an operation in a file',
      withPaths({ '/things': { get: { operationId: 'thing', $ref: 'things/list.yml' } } }),
      /"things\/list\.yml" leads out/,
    ],
    ['a $ref that is no text', taking({ $ref: 7 }), /"7" leads out/],
    ['a $ref to nothing', taking({ $ref: '#/components/schemas/Nothing' }), /leads nowhere/],
    ['a $ref to what every object inherits', taking({ $ref: '#/components/constructor' }), /leads nowhere/],
    [
      'a $ref in a circle of references',
      taking(
        { $ref: '#/components/schemas/A' },
        {
          components: {
            schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } },
          },
        },
      ),
      /in a circle/,
    ],
    [
      'another host',
      documentOf({ servers: [{ url: 'https://evil.example/v1' }] }),
      /its server is https:\/\/evil\.example\/v1, and the API of this provider is at https:\/\/api\.acme\.example\/v1/,
    ],
    [
      'another host that begins alike',
      documentOf({ servers: [{ url: 'https://api.acme.example.evil.example/v1' }] }),
      /tokens go nowhere else/,
    ],
    [
      'another host behind a user name',
      documentOf({ servers: [{ url: 'https://api.acme.example@evil.example/v1' }] }),
      /tokens go nowhere else/,
    ],
    [
      'another port',
      documentOf({ servers: [{ url: 'https://api.acme.example:8443/v1' }] }),
      /tokens go nowhere else/,
    ],
    [
      'plain HTTP',
      documentOf({ servers: [{ url: 'http://api.acme.example/v1' }] }),
      /tokens go nowhere else/,
    ],
    [
      'a host of a variable',
      documentOf({
        servers: [{ url: 'https://{host}/v1', variables: { host: { default: 'evil.example' } } }],
      }),
      /tokens go nowhere else/,
    ],
    [
      'a server that is a number',
      documentOf({ servers: [{ url: 7 }, { url: 'https://evil.example' }] }),
      /tokens go nowhere else/,
    ],
    [
      'another path at the host',
      documentOf({ servers: [{ url: 'https://api.acme.example/v2' }] }),
      /tokens go nowhere else/,
    ],
    [
      'a path with a parameter inside of a segment',
      withPaths({ "/users('{id}')": { get: { operationId: 'thing' } } }),
      /inside of a segment/,
    ],
    ['a path with a step up', withPaths({ '/a//../b': { get: { operationId: 'thing' } } }), /no plain one/],
    ['a path with a query', withPaths({ '/a?b=c': { get: { operationId: 'thing' } } }), /no plain one/],
    [
      'a path parameter that is not described',
      withPaths({ '/a/{id}': { get: { operationId: 'thing' } } }),
      /says nothing of "id"/,
    ],
    [
      'a body of several parts',
      documentOf({ requestBody: { required: true, content: { 'multipart/form-data': {} } } }),
      /its body is multipart\/form-data/,
    ],
    [
      'a needed cookie',
      documentOf({ parameters: [{ name: 'session', in: 'cookie', required: true }] }),
      /needs the cookie "session"/,
    ],
    [
      'a needed header that does not pass',
      documentOf({ parameters: [{ name: 'X-HTTP-Method-Override', in: 'header', required: true }] }),
      /needs the header "X-HTTP-Method-Override"/,
    ],
    [
      'a needed parameter nowhere',
      documentOf({ parameters: [{ name: 'a', in: 'body', required: true }] }),
      /a parameter in "body"/,
    ],
    ['a parameter without a name', documentOf({ parameters: [{ in: 'query', schema: {} }] }), /has the name/],
    [
      '301 parameters',
      documentOf({ parameters: Array.from({ length: 301 }, (_, index) => query(`p${index}`)) }),
      /301 parameters; 300/,
    ],
    [
      'a needed member of a strange name',
      taking({ type: 'object', properties: { __proto__x: {} }, required: ['__proto__x'] }),
      /needs a member "__proto__x"/,
    ],
    [
      'an action of ours',
      withPaths({
        '/notes/{id}': { delete: { operationId: 'thing', parameters: [{ name: 'id', in: 'path' }] } },
      }),
      /acme\.notes\.remove does the same/,
    ],
    [
      'the name of an action of ours',
      { ...documentOf({ operationId: 'notes/list' }) },
      /"notes\.list" is that of acme\.notes\.list/,
    ],
    ['the name of the proxy', { ...documentOf({ operationId: 'Proxy' }) }, /"Proxy" is that of acme\.proxy/],
    ['an operation that is not there', documentOf({ operationId: 'other' }), /no such operation/],
  ])('%s', async (title, document, sentence) => {
    const operation = title.startsWith('the name of an action')
      ? 'notes/list'
      : title.startsWith('the name of the proxy')
        ? 'Proxy'
        : 'thing';
    const { operations, refused } = await read(document, operation);
    expect(operations).toEqual([]);
    expect(refused).toEqual([{ operation, reason: expect.stringMatching(sentence) }]);
  });

  it('an operationId that is there twice, but by its route', async () => {
    const get = { operationId: 'thing', summary: 'List all things.' };
    const document = withPaths({ '/a': { get }, '/b': { get } });
    expect((await read(document)).refused[0]?.reason).toMatch(/2 times: name it "GET \/a"/);
    expect((await read(document, 'GET /b')).operations[0]).toMatchObject({ name: 'thing', path: '/b' });
  });

  it('the second of two whose names become the same', async () => {
    const paths = {
      '/a': { get: { operationId: 'list things' } },
      '/b': { get: { operationId: 'list/things' } },
    };
    const selection = [{ operation: 'list things' }, { operation: 'list/things' }];
    const { operations, refused } = await importOperations(textOf(withPaths(paths)), selection, ACME);
    expect(operations.map(({ name }) => name)).toEqual(['list.things']);
    expect(refused[0]?.reason).toMatch(/is that of "list things"; give it another name/);
    const named = [selection[0], { operation: 'list/things', name: 'things.all' }] as never;
    const both = await importOperations(textOf(withPaths(paths)), named, ACME);
    expect(both.operations.map(({ name }) => name)).toEqual(['list.things', 'things.all']);
  });
});

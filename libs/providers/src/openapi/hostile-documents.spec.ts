import { OpenApiFault } from './openapi-fault.js';
import { importOperations } from './import-operations.js';
import { ACME, documentOf, many, read, textOf } from './testing/acme-document.js';

describe('a document that is refused as a whole', () => {
  it.each<[string, unknown, RegExp]>([
    ['nothing', '', /no object/],
    ['a list', '[]', /no object/],
    ['a text', 'hello', /no object/],
    ['broken JSON', '{"openapi": ', /no JSON/],
    ['broken YAML', 'openapi: "3.1.0\npaths: {', /no YAML/],
    ['Swagger 2.0', { swagger: '2.0', paths: {} }, /Swagger 2\.0; convert it/],
    ['OpenAPI 3.2', { openapi: '3.2.0', paths: {} }, /3\.2\.0; 3\.0 and 3\.1/],
    ['a version that is a number', { openapi: 3.1, paths: {} }, /3\.0 and 3\.1/],
    ['no version', { paths: {} }, /no member "openapi"/],
    ['an inherited version', '{"__proto__": {"openapi": "3.1.0", "paths": {}}}', /no member "openapi"/],
    ['no paths', { openapi: '3.1.0' }, /no object "paths"/],
    ['paths that are a list', { openapi: '3.0.3', paths: [] }, /no object "paths"/],
    [
      '10,000 operations',
      { openapi: '3.1.0', paths: many(10_000, (index) => [`/a${index}`, { get: {} }]) },
      /more than 5000 operations/,
    ],
    ['a hundred thousand brackets', `{"a":${'['.repeat(100_000)}`, /deeper than 100/],
    ['three million values', `{"a":[${'0,'.repeat(3_000_000)}0]}`, /more than 2000000 values/],
    ['17 MiB of JSON', `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`, /longer than 16 MiB/],
    ['5 MiB of YAML', `a: "${'x'.repeat(5 * 1024 * 1024)}"`, /longer than 4 MiB/],
    [
      'YAML that repeats itself',
      [
        'a: &a [x, x]',
        ...Array.from({ length: 30 }, (_, at) => `b${at}: &b${at} [*${at ? `b${at - 1}` : 'a'}, *a]`),
      ].join('\n'),
      /aliases/,
    ],
    ['YAML with tags of its own', 'openapi: !!js/function "x"', /no YAML/],
    ['YAML with a key twice', 'openapi: 3.1.0\nopenapi: 3.0.0', /no YAML/],
    ['YAML that nests deeply', `a: ${'['.repeat(50_000)}`, /nests too deeply|no YAML/],
    [
      'a path in a file',
      { openapi: '3.1.0', paths: { '/a': { $ref: './other.yaml#/a' } } },
      /leads out of the document/,
    ],
  ])('%s', async (_, document, sentence) => {
    const startedAt = performance.now();
    await expect(read(document)).rejects.toThrow(OpenApiFault);
    await expect(read(document)).rejects.toThrow(sentence);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('for a selection that is too long', async () => {
    const selection = Array.from({ length: 201 }, () => ({ operation: 'thing' }));
    await expect(importOperations(textOf(documentOf({})), selection, ACME)).rejects.toThrow(
      /200 are the most/,
    );
  });
});

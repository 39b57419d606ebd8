import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RecordedRequest } from './answering-server.js';
import type { RequestJudge } from './official-descriptions.js';

/** A parameter or body property; `values` where only certain words are allowed. */
interface Field {
  readonly name: string;
  readonly required: boolean;
  readonly values: readonly string[];
}

interface Operation {
  readonly query: readonly Field[];
  readonly body: readonly Field[];
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');

/** Parameters are one segment each, but for the path of a file. */
const pattern = (path: string): RegExp =>
  new RegExp(`^${escaped(path).replaceAll(/\{(\w+)\}/g, (_, name) => (name === 'path' ? '.+' : '[^/]+'))}$`);

/** The lines of `name` at this depth, up to its end at the same depth. */
function block(text: string, name: string, depth: number): string {
  const start = new RegExp(`^ {${depth}}"?${escaped(name)}"?\\??: \\{\\n`, 'm').exec(text);
  if (!start) return '';
  const rest = text.slice(start.index + start[0].length);
  return rest.slice(0, rest.search(new RegExp(`^ {${depth}}\\}`, 'm')));
}

function fields(text: string, depth: number): Field[] {
  const member = new RegExp(`^ {${depth}}"?([\\w.-]+)"?(\\??):([^;{]*)`, 'gm');
  return [...text.matchAll(member)].map(([, name = '', optional, type = '']) => {
    const words = type
      .split('|')
      .map((word) => word.trim())
      .filter((word) => word !== '' && word !== 'null');
    const isWords = words.every((word) => /^"[^"]*"$/.test(word));
    return {
      name,
      required: optional !== '?',
      values: isWords ? words.map((word) => word.slice(1, -1)) : [],
    };
  });
}

function wrong(described: readonly Field[], sent: ReadonlyMap<string, unknown>): string[] {
  const known = new Map(described.map((field) => [field.name, field]));
  const unknown = [...sent.keys()].filter((name) => !known.has(name));
  const missing = described.filter(({ name, required }) => required && !sent.has(name));
  const misspelt = described.filter(({ name, values }) => {
    const value = sent.get(name);
    return typeof value === 'string' && values.length > 0 && !values.includes(value);
  });
  return [
    ...unknown.map((name) => `${name} is not described`),
    ...missing.map(({ name }) => `${name} is required`),
    ...misspelt.map(({ name, values }) => `${name} is none of ${values.join(' ')}`),
  ];
}

/**
 * Judges requests by GitHub's own OpenAPI description, as `@octokit/openapi-types` prints it: the JSON form of the
 * same description (`@octokit/openapi`) is 400 MB. Read with regular expressions, since the file has one
 * formatting and 136,000 lines; an operation that can't be found is a complaint, never a pass.
 */
export function githubJudge(): RequestJudge {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi-types/types.d.ts');
  const text = readFileSync(file, 'utf8').replaceAll(/^ *\/\*\*.*?\*\/\n/gms, '');
  const [, paths = ''] = /^export interface paths \{\n(.*?)^\}/ms.exec(text) ?? [];
  const [, operations = ''] = /^export interface operations \{\n(.*?)^\}/ms.exec(text) ?? [];
  const described = [...paths.matchAll(/^ {2}"([^"]+)": \{\n(.*?)^ {2}\};/gms)].map(
    ([, path = '', methods = '']) => ({
      path,
      pattern: pattern(path),
      ids: new Map(
        [...methods.matchAll(/^ {4}(\w+): operations\["([^"]+)"\]/gm)].map(([, method = '', id = '']) => [
          method,
          id,
        ]),
      ),
    }),
  );
  const operation = (id: string): Operation => {
    const own = block(operations, id, 2);
    const parameters = block(own, 'parameters', 4);
    return {
      query: fields(block(parameters, 'query', 6), 8),
      body: fields(block(block(own, 'requestBody', 4), 'application/json', 8), 10),
    };
  };
  return {
    complaints: (request: RecordedRequest): string[] => {
      const method = request.method.toLowerCase();
      const [found] = described
        .filter((one) => one.ids.has(method) && one.pattern.test(request.path))
        .sort((a, b) => a.path.split('{').length - b.path.split('{').length);
      const id = found?.ids.get(method);
      if (!id) return [`${request.method} ${request.path} is no operation of this API`];
      const { query, body } = operation(id);
      const sent = (request.body ?? {}) as object;
      return [...wrong(query, request.query), ...wrong(body, new Map(Object.entries(sent)))].map(
        (what) => `${id}: ${what}`,
      );
    },
  };
}

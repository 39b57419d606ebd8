import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { z } from 'zod';

const MOST_BYTES = 128 * 1024;
const MOST_FILES = 500;
const MOST_DEPTH = 12;
const MOST_VALUES = 10_000;

/** A file that is not what it should be: which one, which member, and what it must be. */
export class CatalogueFault extends Error {
  override readonly name = 'CatalogueFault';
}

/** A file of a directory, by its name without the ending. */
export interface YamlFile {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

/**
 * The YAML files of a directory; others are passed over.
 * @throws CatalogueFault
 */
export function filesOf(directory: string): YamlFile[] {
  const names = namesIn(directory).filter((name) => /\.ya?ml$/.test(name));
  if (names.length > MOST_FILES)
    throw new CatalogueFault(`${directory}: holds ${names.length} files; ${MOST_FILES} are the most`);
  return names.sort().map((name) => {
    const path = join(directory, name);
    return { name: name.replace(/\.ya?ml$/, ''), path, text: textOf(path) };
  });
}

/**
 * The value of a text by its schema. YAML 1.2 without tags of its own, anchors and aliases.
 * @param name of the file, as the fault names it
 * @throws CatalogueFault that names the file, the member, and what it must be
 */
export function checkedFile<T extends z.ZodType>(
  schema: T,
  text: string,
  name: string,
  mostDepth = MOST_DEPTH,
): z.output<T> {
  const result = schema.safeParse(valueOf(text, name, mostDepth));
  if (result.success) return result.data;
  const { path, message } = faultIn(result.error.issues);
  throw new CatalogueFault(`${name}: ${path.join('.') || 'the whole'}: ${message}`);
}

type Issues = z.ZodError['issues'];

/** The first fault; of a member that may be one of several things, that of the one which it is most like. */
function faultIn(issues: Issues): { readonly path: readonly PropertyKey[]; readonly message: string } {
  const [issue] = issues;
  if (!issue) return { path: [], message: 'is invalid' };
  if (issue.code !== 'invalid_union') return issue;
  const inside = (issue.errors as Issues[])
    .map(faultIn)
    .sort((one, other) => other.path.length - one.path.length)[0];
  return inside ? { path: [...issue.path, ...inside.path], message: inside.message } : issue;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    throw new CatalogueFault(`${directory}: cannot be read: ${codeOf(error)}`);
  }
}

function textOf(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES) throw new CatalogueFault(`${path}: is longer than ${MOST_BYTES / 1024} KiB`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof CatalogueFault) throw error;
    throw new CatalogueFault(`${path}: cannot be read: ${codeOf(error)}`);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

/** The parser recurses: what nests too deeply overflows its stack before it can be counted. */
function valueOf(text: string, name: string, mostDepth: number): unknown {
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new CatalogueFault(`${name}: is longer than ${MOST_BYTES / 1024} KiB`);
  let value: unknown;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      customTags: [],
      uniqueKeys: true,
      prettyErrors: true,
    });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) throw new CatalogueFault(`${name}: ${fault.message.split('\n')[0]?.replace(/:$/, '')}`);
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof CatalogueFault) throw error;
    const isDeep = error instanceof RangeError;
    throw new CatalogueFault(`${name}: ${isDeep ? 'nests too deeply' : 'aliases are not allowed here'}`);
  }
  const fault = excessIn(value, mostDepth);
  if (fault !== undefined) throw new CatalogueFault(`${name}: ${fault}`);
  return value;
}

function excessIn(value: unknown, mostDepth: number): string | undefined {
  let values = 0;
  let at: unknown[] = [value];
  for (let depth = 0; at.length > 0; depth++) {
    values += at.length;
    if (depth > mostDepth) return 'nests too deeply';
    if (values > MOST_VALUES) return `holds more than ${MOST_VALUES} values`;
    at = at.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one as object) : []));
  }
  return undefined;
}

import type { SchemaConverter } from './convert-schema.js';
import type { ImportedOperation, MemberPlace } from './imported-operation.js';
import type { Value } from './members.js';
import { OpenApiFault, shown } from './openapi-fault.js';
import { memberOf, nodeIn, type Node } from './read-document.js';
import type { References } from './references.js';
import { NOT_IN_QUERY } from '../core/forward.js';
import { isSchema, type JsonSchema } from '../core/json-schema.js';

type Body = NonNullable<ImportedOperation['body']>;

interface Reading {
  readonly references: References;
  readonly converter: SchemaConverter;
  readonly depth: number;
  readonly note: (text: string) => void;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = /^(?:application\/(?:[\w.-]+\+)?json|\*\/\*)$/;

/** The members of an operation's body, and how they are put together; `undefined` where it has none. */
export function bodyOf(operation: Node, reading: Reading): { body: Body; values: Value[] } | undefined {
  const { node } = reading.references.follow(memberOf(operation, 'requestBody'));
  const content = nodeIn(node, 'content');
  const [first] = Object.keys(content);
  if (first === undefined) return undefined;
  const isRequired = memberOf(node, 'required') === true;
  const written = Object.keys(content).find((name) => JSON_TYPE.test(typeOf(name))) ?? formIn(content);
  if (written === undefined) {
    if (isRequired) throw new OpenApiFault(`its body is ${shown(first)}; JSON and forms are written`);
    reading.note(`leaves out its body, which is ${shown(first)}`);
    return undefined;
  }
  const media = nodeIn(content, written);
  const type = typeOf(written).replace('*/*', 'application/json');
  const schema = reading.converter.convert(memberOf(media, 'schema'), reading.depth);
  const encoding = type === FORM ? 'form' : 'json';
  const { properties, required = [] } = schema;
  if (!isSchema(properties)) {
    if (encoding === 'form') throw new OpenApiFault('its form names no members');
    const place = { in: 'body', name: 'body', writing: 'plain' } as const;
    return { body: { type, encoding, isWhole: true }, values: [{ place, schema, isRequired }] };
  }
  const values = Object.entries(properties as Readonly<Record<string, JsonSchema>>)
    .filter(([name]) => encoding === 'json' || !NOT_IN_QUERY.has(name.toLowerCase()))
    .map(([name, member]) => ({
      place: { in: 'body' as const, name, writing: encoding === 'form' ? formWriting(media, name) : 'plain' },
      schema: member,
      isRequired: isRequired && (required as readonly string[]).includes(name),
    }));
  return { body: { type, encoding, isWhole: false }, values };
}

/** Without parameters such as the charset. */
function typeOf(written: string): string {
  return written.split(';')[0]?.trim().toLowerCase() ?? '';
}

function formIn(content: Node): string | undefined {
  return Object.keys(content).find((name) => typeOf(name) === FORM);
}

/** Objects and lists of a form: in brackets where the document says so, else as JSON and repeated. */
function formWriting(media: Node, name: string): MemberPlace['writing'] {
  return memberOf(nodeIn(nodeIn(media, 'encoding'), name), 'style') === 'deepObject' ? 'deep' : 'plain';
}

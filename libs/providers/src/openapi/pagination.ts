import type { MemberPlace } from './imported-operation.js';
import { isNode, memberOf, nodeIn, type Node } from './read-document.js';
import type { References } from './references.js';

/** Names of parameters that take a cursor, and of members of answers that give it, without case and separators. */
const TAKES =
  /^(?:cursor|startcursor|pagetoken|nextpagetoken|nextcursor|continuationtoken|nexttoken|after|aftercursor|startingafter|offsettoken)$/;
const GIVES = /^(?:nextcursor|nextpagetoken|nextpage|nexttoken|continuationtoken|endcursor|nextpagecursor)$/;
const MOST_LOOKED_AT = 200;

const bare = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** The member of the input that takes a cursor, and the place in the answer that gives it. */
export function pageOf(
  operation: Node,
  places: Readonly<Record<string, MemberPlace>>,
  references: References,
): { member: string; from: string } | undefined {
  const member = Object.entries(places).find(([, { name }]) => TAKES.test(bare(name)))?.[0];
  if (member === undefined) return undefined;
  const from = cursorIn(answerSchema(operation, references), references);
  return from === undefined ? undefined : { member, from };
}

/** Whether the document says that answers have a `Link` header (RFC 8288). */
export function linksPages(operation: Node, references: References): boolean {
  const headers = nodeIn(answerOf(operation, references), 'headers');
  return Object.keys(headers).some((name) => name.toLowerCase() === 'link');
}

function answerOf(operation: Node, references: References): Node {
  const responses = nodeIn(operation, 'responses');
  const [status] = Object.keys(responses).filter((name) => /^2(?:\d\d|XX)$/i.test(name));
  return references.follow(memberOf(responses, status ?? 'default')).node;
}

/** The media type of a successful answer, where it is no JSON. */
export function acceptedType(operation: Node, references: References): string | undefined {
  const types = Object.keys(nodeIn(answerOf(operation, references), 'content'));
  const [first] = types;
  if (first === undefined || types.some((type) => /json|\*/i.test(type))) return undefined;
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(first) ? first : undefined;
}

function answerSchema(operation: Node, references: References): Node {
  const content = nodeIn(answerOf(operation, references), 'content');
  const media = Object.entries(content).find(([type]) => /json/i.test(type))?.[1];
  return isNode(media) ? references.follow(memberOf(media, 'schema')).node : {};
}

/** At the top of the answer, or one level below (`response_metadata.next_cursor`). */
function cursorIn(schema: Node, references: References): string | undefined {
  const parts = [schema, ...listOf(schema).map((part) => references.follow(part).node)];
  const members = parts
    .flatMap((part) => Object.entries(nodeIn(part, 'properties')))
    .slice(0, MOST_LOOKED_AT);
  const own = members.find(([name]) => GIVES.test(bare(name)));
  if (own) return own[0];
  for (const [name, member] of members) {
    const inner = Object.keys(nodeIn(references.follow(member).node, 'properties')).slice(0, MOST_LOOKED_AT);
    const found = inner.find((one) => GIVES.test(bare(one)));
    if (found !== undefined && /^[\w-]+$/.test(name)) return `${name}.${found}`;
  }
  return undefined;
}

function listOf(schema: Node): readonly unknown[] {
  const all = memberOf(schema, 'allOf');
  return Array.isArray(all) ? (all as unknown[]).slice(0, MOST_LOOKED_AT) : [];
}

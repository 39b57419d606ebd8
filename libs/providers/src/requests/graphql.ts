import { BREAK, Kind, parse, visit, type DocumentNode } from 'graphql';
import { UnreadableRequest } from './json-members.js';
import type { Verdict } from './request-rules.js';
import type { SentRequest } from './sent-request.js';

const MOST_CHARACTERS = 64 * 1024;
const MOST_TOKENS = 5_000;
const MOST_DEPTH = 50;
const MEMBERS = ['query', 'variables', 'operationName'];

/** Whether brackets nest no deeper than this; a deeper text is not parsed, since the parser recurses. */
function isShallow(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if ('{[('.includes(character)) depth += 1;
    else if ('}])'.includes(character)) depth -= 1;
    if (depth > MOST_DEPTH) return false;
  }
  return true;
}

function documentOf(query: string): DocumentNode {
  if (query.length > MOST_CHARACTERS || !isShallow(query))
    throw new UnreadableRequest('holds too large a query');
  try {
    return parse(query, { maxTokens: MOST_TOKENS, noLocation: true });
  } catch {
    throw new UnreadableRequest('holds no query that can be read');
  }
}

/** A document that contains only queries reads, whichever of them is run. */
function isReading(document: DocumentNode): boolean {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const isExecutable = document.definitions.every(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION,
  );
  let reads = isExecutable && operations.length > 0;
  visit(document, {
    OperationDefinition: ({ operation }) => {
      if (operation === 'query') return undefined;
      reads = false;
      return BREAK;
    },
  });
  return reads;
}

/** The effect of a GraphQL document; `undefined` when it cannot be read. */
export function judgedQuery(query: string): 'read' | 'destructive' | undefined {
  try {
    return isReading(documentOf(query)) ? 'read' : 'destructive';
  } catch (error) {
    if (error instanceof UnreadableRequest) return undefined;
    throw error;
  }
}

/**
 * The effect of a GraphQL request, by its body.
 * @throws UnreadableRequest
 */
export function judgeGraphql(sent: SentRequest): Verdict {
  const body = sent.json();
  if (sent.hasQuery) throw new UnreadableRequest('is not all there is to it');
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new UnreadableRequest('is no single query');
  const { query } = body as { query?: unknown };
  if (typeof query !== 'string' || Object.keys(body).some((name) => !MEMBERS.includes(name)))
    throw new UnreadableRequest('is no plain query');
  return { effect: isReading(documentOf(query)) ? 'read' : 'destructive' };
}

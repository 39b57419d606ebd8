import type { Tool } from '@modelcontextprotocol/client';
import type { Effect } from '../core/action.js';
import { SchemaConverter, TooLarge } from '../openapi/convert-schema.js';
import { MOST_SELECTED, type DocumentImport, type SelectedOperation } from '../openapi/import-operations.js';
import { namedMembers } from '../openapi/members.js';
import { OpenApiFault, shown } from '../openapi/openapi-fault.js';
import { actionNameOf, nameFault } from '../openapi/operation-names.js';
import { plainText } from '../openapi/plain-text.js';
import { isNode } from '../openapi/read-document.js';
import { References } from '../openapi/references.js';
import type { ImportedTool } from './imported-tool.js';
import { fingerprintOf } from './tool-fingerprint.js';

/** Most tools that one server may offer. */
export const MOST_TOOLS = 1_000;

const DEPTHS = [6, 4, 3, 2, 1];
const MOST_SCHEMAS = 2_000;
const MOST_TEXT = 4_000;
const MOST_INPUT_BYTES = 24 * 1024;
const MOST_SUMMARY = 400;
const MOST_DESCRIPTION = 4_000;
/** Names that a header can carry, which the protocol wants them in. */
const USABLE = /^[\x21-\x7E](?:[\x20-\x7E]{0,126}[\x21-\x7E])?$/;
const CREDENTIAL =
  /^(?:.*[_-])?(?:access[_-]?token|auth[_-]?token|bearer|api[_-]?key|password|secret|credentials?|authorization)$/i;

/** The outcome of reading a server's tools, as that of a document. */
export type ToolImport = Omit<DocumentImport, 'operations'> & {
  readonly operations: readonly ImportedTool[];
};

/** The answer of a server, and who it is. */
export interface OfferedTools {
  readonly provider: string;
  readonly server: string;
  readonly title: string;
  readonly revision: string;
  readonly tools: readonly Tool[];
}

/**
 * Makes stored tools of those that are selected, as `importOperations` does of a document's operations.
 * @throws OpenApiFault about the server as a whole
 */
export function importTools(offered: OfferedTools, selection: readonly SelectedOperation[]): ToolImport {
  const { provider, title, revision } = offered;
  const tools = offered.tools.filter(({ name }) => USABLE.test(name));
  const { length } = offered.tools;
  if (length > MOST_TOOLS)
    throw new OpenApiFault(`The server offers ${length} tools; ${MOST_TOOLS} are the most.`);
  if (selection.length > MOST_SELECTED)
    throw new OpenApiFault(`${selection.length} tools are selected; ${MOST_SELECTED} are the most.`);
  const operations: ImportedTool[] = [];
  const refused: { operation: string; reason: string }[] = [];
  const taken = new Map<string, string>([['proxy', 'the proxy']]);
  for (const selected of selection) {
    try {
      const tool = toolNamed(tools, selected.operation);
      const made = converted(tool, selected, offered);
      const holder = taken.get(made.name.toLowerCase());
      if (holder !== undefined)
        throw new OpenApiFault(`its name "${made.name}" is that of ${holder}; give it another name`);
      taken.set(made.name.toLowerCase(), `"${shown(selected.operation)}"`);
      operations.push(made);
    } catch (error) {
      if (!(error instanceof OpenApiFault)) throw error;
      refused.push({ operation: selected.operation, reason: error.message });
    }
  }
  return {
    ...{ title, version: revision, operations, refused, notes: notesOn(offered, operations), scopes: {} },
    offered: tools.map((tool) => ({
      ...{ operation: tool.name, method: 'tools/call', path: tool.name },
      title: titleOf(tool, provider),
    })),
  };
}

/** Remarks for the operator: on tools that cannot be had, and on those that ask for what agents should not give. */
function notesOn({ tools }: OfferedTools, operations: readonly ImportedTool[]): ToolImport['notes'] {
  const unusable = tools.filter(({ name }) => !USABLE.test(name)).slice(0, 50);
  const asking = operations.flatMap(({ path, places }) => {
    const name = Object.values(places).find((place) => CREDENTIAL.test(place.name))?.name;
    return name === undefined ? [] : [{ operation: path, name }];
  });
  return [
    ...unusable.map(({ name }) => ({
      operation: shown(name),
      note: 'its name has signs that no header can carry, or is too long: it cannot be called',
    })),
    ...asking.map(({ operation, name }) => ({
      operation,
      note: `it asks for "${shown(name)}" in its arguments, which looks like a credential: Valetkey sends the user's own way to sign in, and an agent should never put one there`,
    })),
  ];
}

/** A server that offers two tools of one name could answer with either. */
function toolNamed(tools: readonly Tool[], name: string): Tool {
  const [tool, twin] = tools.filter((one) => one.name === name);
  if (!tool) throw new OpenApiFault('the server has no such tool');
  if (twin) throw new OpenApiFault('the server has two tools of this name');
  return tool;
}

function converted(tool: Tool, selected: SelectedOperation, offered: OfferedTools): ImportedTool {
  const { provider, revision } = offered;
  const name = selected.name ?? actionNameOf(tool.name, provider);
  const fault = nameFault(name, provider);
  if (fault !== undefined) throw new OpenApiFault(`its name "${shown(name)}" ${fault}; give it another name`);
  if (!USABLE.test(tool.name))
    throw new OpenApiFault('its name has signs that no header can carry, or is too long');
  if (JSON.stringify(tool.inputSchema).includes('"x-mcp-header"'))
    throw new OpenApiFault('it wants parameters in headers of their own');
  return {
    ...{
      name,
      operationId: tool.name,
      method: 'tools/call',
      path: tool.name,
      revision,
      server: offered.server,
    },
    title: selected.title ?? titleOf(tool, provider),
    summary: selected.summary ?? summaryOf(tool, provider),
    effect: selected.effect ?? effectOf(tool),
    scopes: [...(selected.scopes ?? [])],
    ...inputOf(tool),
    description: plainText(tool.description, MOST_DESCRIPTION),
    hints: hintsOf(tool),
    fingerprint: fingerprintOf(tool),
  };
}

/**
 * By the server's own hints: one that says nothing writes, and what it calls destructive is. The operator's word goes
 * before it.
 */
function effectOf({ annotations }: Tool): Effect {
  if (annotations?.destructiveHint === true) return 'destructive';
  return annotations?.readOnlyHint === true ? 'read' : 'write';
}

function hintsOf({ annotations = {} }: Tool): string {
  const named = Object.entries(annotations).filter(([, value]) => typeof value === 'boolean');
  return named
    .map(([name, value]) => `${shown(name)}=${String(value)}`)
    .sort()
    .slice(0, 10)
    .join(' ');
}

function titleOf({ title, annotations, name }: Tool, provider: string): string {
  const text = plainText(title ?? annotations?.title, 60) || plainText(name, 60);
  return text.length >= 2 ? text : `Tool of ${provider}`;
}

function summaryOf(tool: Tool, provider: string): string {
  const text = plainText(tool.description, MOST_SUMMARY);
  return text.length >= 10 ? text : `${text} The tool ${plainText(tool.name, 60)} of ${provider}.`.trim();
}

/** With as many levels as fit. */
function inputOf({ inputSchema }: Tool): Pick<ImportedTool, 'input' | 'places'> {
  for (const depth of DEPTHS) {
    try {
      const written = inputAt(inputSchema, depth);
      if (Buffer.byteLength(JSON.stringify(written.input)) <= MOST_INPUT_BYTES) return written;
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
    }
  }
  throw new OpenApiFault('its input is too large for a model');
}

function inputAt(schema: unknown, depth: number): Pick<ImportedTool, 'input' | 'places'> {
  const converter = new SchemaConverter(new References(isNode(schema) ? schema : {}), {
    schemas: MOST_SCHEMAS,
    text: MOST_TEXT,
  });
  const flat = converter.flatten(schema, []);
  const values = [...(flat?.properties ?? [])].map(([name, member]) => ({
    place: { in: 'body' as const, name, writing: 'plain' as const },
    schema: converter.convert(member.schema, depth - 1, member.open),
    isRequired: flat?.required.has(name) ?? false,
  }));
  const { input, places, dropped } = namedMembers(values);
  if (dropped.length > 0) throw new OpenApiFault('it takes more than a hundred members');
  return { input, places };
}

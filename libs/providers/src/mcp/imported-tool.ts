import type { Action } from '../core/action.js';
import { buildAction } from '../core/build-action.js';
import { isSchema } from '../core/json-schema.js';
import type { Provider } from '../core/provider.js';
import { ProviderError } from '../core/provider-error.js';
import type { ImportedOperation } from '../openapi/imported-operation.js';
import { zodObjectOf } from '../openapi/zod-of.js';
import { McpSession } from './mcp-session.js';
import { fingerprintOf } from './tool-fingerprint.js';
import { outputOf, toolOutput } from './tool-output.js';

/** A tool of an MCP server as it is stored: all that is needed to make an action of it. */
export interface ImportedTool extends Omit<ImportedOperation, 'method' | 'body' | 'accept' | 'page'> {
  readonly method: 'tools/call';
  /** The name of the tool at its server. */
  readonly path: string;
  /** The address of the server for which it was agreed to. */
  readonly server: string;
  /** As the server has it, for whoever compares. */
  readonly description: string;
  /** The server's own hints on what it does. */
  readonly hints: string;
  /** SHA-256 over the definition as the server gave it. */
  readonly fingerprint: string;
  /** The revision that the server spoke. */
  readonly revision: string;
}

/** Keeps an eye on definitions: the process asks each server from time to time whether they are what was agreed to. */
export interface ToolWatch {
  /** Whether the server is to be asked now. */
  isDue(provider: string): boolean;
  /** Takes what the server says now: fingerprints by name of tool. @returns once it is recorded */
  seen(provider: string, fingerprints: ReadonlyMap<string, string>): Promise<void>;
}

let watching: ToolWatch = { isDue: () => true, seen: () => Promise.resolve() };

/** Registers the one who is told of definitions. */
export function useToolWatch(watch: ToolWatch): void {
  watching = watch;
}

export function isTool(one: ImportedOperation | ImportedTool): one is ImportedTool {
  return one.method === 'tools/call';
}

/**
 * A tool as an action, whose requests go the way of every action's.
 * @param seen the fingerprint of another definition that was seen since
 */
export function importedTool(provider: Provider, tool: ImportedTool, seen = tool.fingerprint): Action {
  const { name, title, summary, effect, scopes, path, revision, fingerprint } = tool;
  const action = buildAction(provider.id, {
    ...{ name, title, summary, effect },
    input: zodObjectOf(tool.input),
    output: toolOutput,
    // A tool has no mark by which its effect could be found again.
    idempotency: 'none',
    scopes: scopes as [string, ...string[]],
    preview: () => `${title}: the tool ${path} of ${provider.displayName}.`,
    run: async ({ input, http, signal }) => {
      const session = () =>
        new McpSession({ provider: provider.id, url: tool.server, http, revision, signal });
      if (watching.isDue(provider.id)) await requireSame(provider.id, tool, session());
      return outputOf(await session().call(path, argumentsOf(tool, input)));
    },
  });
  return { ...action, definition: fingerprint, isHeld: seen !== fingerprint };
}

/** @throws ProviderError when the server has the tool no more, or another one under its name */
async function requireSame(provider: string, tool: ImportedTool, session: McpSession): Promise<void> {
  const { tools } = await session.list();
  const now = new Map(tools.map((one) => [one.name, fingerprintOf(one)]));
  await watching.seen(provider, now);
  const found = now.get(tool.path);
  if (found === undefined) throw new ProviderError({ provider, code: 'not_found', reason: 'tool_is_gone' });
  if (found !== tool.fingerprint)
    throw new ProviderError({ provider, code: 'conflict', reason: 'tool_has_changed' });
}

/** The arguments by the server's own names. */
function argumentsOf({ places }: ImportedTool, input: unknown): Record<string, unknown> {
  const members = Object.entries(isSchema(input) ? input : {});
  return Object.fromEntries(members.map(([member, value]) => [places[member]?.name ?? member, value]));
}

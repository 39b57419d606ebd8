/**
 * Loaded before a server (`--import`): the tools, prompts and resources that the conformance suite of MCP wants to find,
 * beside those of the product. It wraps the handlers that the product sets; the product knows nothing of it.
 */
import { Server, type CallToolResult, type ServerContext } from '@modelcontextprotocol/server';
import { PROMPTS, promptOf } from './prompts.ts';
import { RESOURCES, resourceOf, TEMPLATE } from './resources.ts';
import { listedTools, toolOf } from './tools.ts';

type Handler = (request: { params: Record<string, unknown> }, context: ServerContext) => Promise<unknown>;
type SetHandler = (this: Server, method: string, handler: Handler) => void;

const set = Server.prototype.setRequestHandler as SetHandler;

/** How the fixtures answer beside the product, by method. */
const BESIDE: Readonly<Record<string, (own: Handler) => Handler>> = {
  'tools/list': (own) => async (request, context) => {
    const listed = (await own(request, context)) as { tools: unknown[] };
    return { ...listed, tools: [...listed.tools, ...listedTools()] };
  },
  'tools/call':
    (own) =>
    async (request, context): Promise<CallToolResult> => {
      const tool = toolOf(String(request.params['name']));
      return (tool ? tool(context, request.params['arguments'] as never) : own(request, context)) as never;
    },
  'resources/list': (own) => async (request, context) => {
    const listed = (await own(request, context)) as { resources: unknown[] };
    return { ...listed, resources: [...listed.resources, ...RESOURCES] };
  },
  'resources/templates/list': (own) => async (request, context) => {
    const listed = (await own(request, context)) as { resourceTemplates: unknown[] };
    return { ...listed, resourceTemplates: [...listed.resourceTemplates, TEMPLATE] };
  },
  'resources/read': (own) => async (request, context) =>
    resourceOf(String(request.params['uri'])) ?? own(request, context),
};

Server.prototype.setRequestHandler = function (this: Server, method: string, handler: Handler) {
  set.call(this, method, BESIDE[method]?.(handler) ?? handler);
  if (method === 'tools/list') addBeside(this);
} as never;

/** Prompts, completions, logging and subscriptions, which the product does not have. */
function addBeside(server: Server): void {
  server.registerCapabilities({ prompts: {}, completions: {}, logging: {} });
  set.call(server, 'prompts/list', async () => ({ prompts: PROMPTS }));
  set.call(server, 'prompts/get', async ({ params }, context) => promptOf(params as never, context));
  set.call(server, 'completion/complete', async () => ({
    completion: { values: ['paris', 'park', 'party'], total: 3, hasMore: false },
  }));
  for (const method of ['resources/subscribe', 'resources/unsubscribe', 'logging/setLevel'])
    set.call(server, method, async () => ({}));
}

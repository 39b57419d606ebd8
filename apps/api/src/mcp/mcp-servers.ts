import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import {
  CLIENT_CAPABILITIES_META_KEY,
  createMcpHandler,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ClientCapabilities,
  type ListToolsResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { Log, problemBody, type ProblemAnswer } from '../platform/index.js';
import type { McpAsker } from './mcp-asker.js';
import { Elicitation, type Round } from './elicitation/elicitation.js';
import { RESULT_TEMPLATE, ResultResources } from './result-resources.js';
import { ToolList } from './tool-list.js';

/** How long a client may keep a list. What a rule or a consent changes is seen after it. */
const LIST_LIFE_MS = 60_000;
const INFO = { name: 'valetkey', title: 'Valetkey', version: '0.1.0' };
const INSTRUCTIONS =
  'These tools act for one user on their own accounts. A result with an authorizationUri or approvalUri ' +
  'needs that user: show them the link, and go on when they have followed it.';

/**
 * Answers MCP requests of the revisions 2026-07-28 and 2025-11-25. Nothing is kept between two requests, so any process
 * answers any of them.
 */
@Injectable()
export class McpServers implements BeforeApplicationShutdown {
  private readonly handler = createMcpHandler(
    ({ authInfo }) => this.serverFor((authInfo?.extra as { asker: McpAsker }).asker),
    {
      maxSubscriptions: 0,
      onerror: (error) => this.log.debug('an MCP request was refused', { error }),
    },
  );

  constructor(
    private readonly list: ToolList,
    private readonly calls: Elicitation,
    private readonly resources: ResultResources,
    private readonly log: Log,
  ) {}

  /** @param message the body, parsed; the request's own is not read */
  async answer(request: Request, message: unknown, asker: McpAsker): Promise<Response> {
    const { method, id } = (message ?? {}) as { readonly method?: unknown; readonly id?: unknown };
    // Lists never announce their changes. The SDK would say that its limit is reached, after which clients try again.
    if (method === 'subscriptions/listen') return methodNotFound(id);
    const authInfo = { token: '', clientId: asker.principal.id, scopes: [], extra: { asker } };
    return this.handler.fetch(request, { authInfo, parsedBody: message ?? null });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.handler.close();
  }

  private serverFor(asker: McpAsker): Server {
    const cacheHint = { ttlMs: LIST_LIFE_MS, cacheScope: 'private' } as const;
    const server = new Server(INFO, {
      capabilities: { tools: {}, resources: {} },
      instructions: INSTRUCTIONS,
      cacheHints: { 'tools/list': cacheHint, 'server/discover': cacheHint },
    });
    server.setRequestHandler('tools/list', async () => ({
      tools: (await this.list.of(asker).catch(refusal(asker))) as ListToolsResult['tools'],
    }));
    server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
      this.calls.call(asker, { name: params.name, input: params.arguments ?? {} }, roundOf(mcpReq)),
    );
    server.setRequestHandler('resources/list', () => this.resources.list(asker).catch(refusal(asker)));
    server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [RESULT_TEMPLATE] }));
    server.setRequestHandler('resources/read', ({ params }) =>
      this.resources.read(asker, params.uri).catch(refusal(asker, { uri: params.uri })),
    );
    return server;
  }
}

/** The answer to a method that is not offered. */
function methodNotFound(id: unknown): Response {
  const error = { code: ProtocolErrorCode.MethodNotFound, message: 'Method not found' };
  const isId = typeof id === 'string' || typeof id === 'number';
  return Response.json({ jsonrpc: '2.0', id: isId ? id : null, error }, { status: 404 });
}

/** Clients of 2025-11-25 say what they can only when they connect, which nothing here remembers. */
function roundOf({ envelope, inputResponses = {}, requestState }: ServerContext['mcpReq']): Round {
  const state: unknown = requestState();
  const { [CLIENT_CAPABILITIES_META_KEY]: capabilities } = (envelope ?? {}) as {
    [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities;
  };
  return {
    opensPages: capabilities?.elicitation?.url !== undefined,
    state: typeof state === 'string' ? state : undefined,
    declined: Object.values(inputResponses).some((one) => (one as { action?: unknown }).action !== 'accept'),
  };
}

/**
 * Lists and resources have no place for a problem but the error of the protocol.
 * @param sent the parameters that a refusal repeats: clients tell by `uri` which resource there is not
 */
function refusal(asker: McpAsker, sent: Readonly<Record<string, string>> = {}) {
  return async (error: unknown): Promise<never> => {
    const problem = await asker.problemOf(error);
    const body = { ...problemBody(problem, asker.trace.requestId), ...sent };
    throw new ProtocolError(protocolCodeOf(problem), problem.detail, body);
  };
}

/** A parameter that is wrong, or names what there is not, is told from a request that is refused. */
function protocolCodeOf({ status }: ProblemAnswer): ProtocolErrorCode {
  if (status >= 500) return ProtocolErrorCode.InternalError;
  return [400, 404].includes(status) ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InvalidRequest;
}

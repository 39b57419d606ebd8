import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Body, Controller, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits } from '../audit/index.js';
import { RedirectUris } from '../authorizations/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { principalOf, readProxyHeaders, servedUser } from '../gateway/index.js';
import {
  AdmitSessions,
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  invalidInput,
  Problem,
  ProblemFilter,
  RequestSignals,
  Undocumented,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import type { McpAsker } from './mcp-asker.js';
import { McpServers } from './mcp-servers.js';

const query = z.object({ tools: z.enum(['direct']).optional() });

/** Never handed on: what answers requests knows the caller, and needs no credential. */
const CREDENTIALS = ['authorization', 'cookie'];

/**
 * The MCP endpoint (Streamable HTTP, without sessions of the protocol: every request stands alone). It is described by
 * its own protocol (`server/discover`, `tools/list`) and not by OpenAPI.
 */
@Undocumented()
@Controller('mcp')
export class McpController {
  constructor(
    private readonly servers: McpServers,
    private readonly redirectUris: RedirectUris,
    private readonly filter: ProblemFilter,
    private readonly signals: RequestSignals,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Audits(
    'action.run',
    'task.queued',
    'approval.requested',
    'approval.used',
    'standing_approval.used',
    'authorization.started',
    'token_set.refreshed',
    'token_set.refresh_failed',
    'connection.checked',
    'connection.expired',
    'result.read',
  )
  @AsksInHandler('asks for the list of tools, and for each tool that is called with its checked input')
  @Post()
  @AllowCallers('agent', 'user')
  @AdmitSessions()
  async answer(
    @Query({ schema: query }) { tools }: z.output<typeof query>,
    @Body() message: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    const { origin } = request.headers;
    if (origin !== undefined && !this.redirectUris.allowsOrigin(origin))
      throw new Problem('origin_not_allowed.mcp').asDenial();
    // Each is counted, recorded and bounded by itself.
    if (Array.isArray(message)) throw invalidInput('body: must be one JSON-RPC message, not a batch');
    const session = caller.type === 'agent' ? caller.session : undefined;
    const named = readProxyHeaders(request.raw)['valetkey-user'];
    const own = session?.userId ?? (caller.type === 'user' ? caller.id : undefined);
    if (own !== undefined && named !== undefined && named !== own)
      throw new Problem('other_user').asDenial(named);
    const asker: McpAsker = {
      caller,
      principal: principalOf(caller),
      userId: own ?? servedUser(caller, named),
      session,
      listsAll: tools === 'direct',
      trace,
      signal: this.signals.of({ request, reply, caller }),
      problemOf: (error) => this.filter.problemOf(error, request),
    };
    await send(reply, await this.servers.answer(this.webRequest(request, asker.signal), message, asker));
  }

  private webRequest({ url, headers }: FastifyRequest, signal: AbortSignal): Request {
    const known = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || CREDENTIALS.includes(name) ? [] : [[name, String(value)] as [string, string]],
    );
    return new Request(new URL(url, this.settings.publicUrl), { method: 'POST', headers: known, signal });
  }
}

async function send(reply: FastifyReply, { status, headers, body }: Response): Promise<void> {
  void reply.status(status).headers({ ...Object.fromEntries(headers), 'cache-control': 'no-store' });
  await reply.send(body ? Readable.fromWeb(body as ReadableStream) : undefined);
}

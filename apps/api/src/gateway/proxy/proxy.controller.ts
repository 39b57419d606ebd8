import { All, Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Audits } from '../../audit/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedAnswer,
  DocumentedHeader,
  DocumentedParam,
  DocumentedUnder,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { heldRunView } from '../held-runs.js';
import { preferredWaitMs } from '../preferred-wait.js';
import type { ForwardRequest } from './forwarded-request.js';
import { principalOf } from '../direct-run.js';
import { BASES } from './judged-requests.js';
import { ProxiedBodies, PROXY_PREFIX } from './proxied-bodies.js';
import { ProxiedCalls } from './proxied-calls.js';
import { readProxyHeaders, servedUser } from './proxy-headers.js';

/** Headers that a cached response depends on: the next request may be another user's. */
const VARY = 'Authorization, Valetkey-User, Valetkey-Connection, Valetkey-Base';

/** Events that a proxied request may leave in the audit log. */
export const PROXY_AUDITS = [
  'request.forwarded',
  'task.queued',
  'approval.requested',
  'approval.used',
  'standing_approval.used',
  'token_set.refreshed',
  'token_set.refresh_failed',
  'connection.checked',
  'connection.expired',
] as const;

const DOCUMENTATION = {
  summary: "Call the provider's own API with the user's token",
  description:
    "Method, path, query, body and status pass through; of the headers, those that describe the answer. Compressed answers are opened, and the user's token is overwritten wherever an answer shows it. Addresses of the provider's API in `Link`, `Location`, `Content-Location` and in JSON become addresses of this proxy; an upload's address and a temporary link become one of ours that works with your credential. Redirects are yours to follow; one to a host of the provider's downloads is followed here, without the token. Prefer an action where there is one.",
  contentType: '*/*',
  passesBody: true,
  problems: [
    'unknown_provider',
    'invalid_path',
    'user_required',
    'method_not_allowed.forwarded',
    'authorization_required',
    'policy_denied',
    'approval_required',
    'other_user',
    'ambiguous_connection',
    'payload_too_large',
    'rate_limited.provider',
    'response_too_large',
    'unexpected_response.provider',
    'token_storage_disabled',
    'connector_disabled',
    'connector_missing',
    'unavailable',
    'audit_unavailable',
  ] as const,
};

@DocumentedUnder('gateway')
@Controller()
export class ProxyController {
  constructor(
    private readonly calls: ProxiedCalls,
    private readonly bodies: ProxiedBodies,
  ) {}

  @Audits(...PROXY_AUDITS)
  @AsksInHandler('asks for what the request does at the provider: see ForwardCall')
  @All('v1/proxy/:provider/*')
  @AllowCallers('agent', 'user')
  @DocumentedParam({ name: 'provider', description: 'Id of the provider, see GET /v1/providers.' })
  @DocumentedParam({ name: 'path', description: 'Path of its API, slashes and all.' })
  @DocumentedHeader(
    'Valetkey-User',
    'Whose token; needed by agents. In UTF-8 or percent-encoded; "%" is written "%25".',
  )
  @DocumentedHeader('Valetkey-Connection', 'If several connections fit.')
  @DocumentedHeader(
    'Prefer',
    '`wait=30`: hold the answer so many seconds, 60 at most, for a person to decide.',
  )
  @DocumentedAnswer({
    status: 202,
    description: 'A person has to agree first: the task that waits for it.',
    standardSchema: heldRunView as never,
  })
  @DocumentedHeader('Valetkey-Base', 'api, upload or content; without it the path says which.')
  @Documented(DOCUMENTATION)
  async proxy(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    const asked = this.requestOf(request, caller, trace);
    const waitMs = preferredWaitMs(text(request.headers['prefer']));
    const answer = await this.calls.call(asked, { caller, trace, waitMs });
    this.calls.send(reply, answer, VARY, waitMs);
  }

  private requestOf(request: FastifyRequest, caller: Caller, trace: RequestTrace): ForwardRequest {
    const { method, headers } = request;
    const ours = readProxyHeaders(request.raw);
    return {
      ...pathOf(request.raw.url ?? ''),
      principal: principalOf(caller),
      userId: servedUser(caller, ours['valetkey-user']),
      connectionId: ours['valetkey-connection'],
      method,
      base: ours['valetkey-base'] && BASES[ours['valetkey-base']],
      headers,
      body: this.bodies.of(request),
      trace,
    };
  }
}

/** The provider and the rest of the path, undecoded: decoding it here would turn `%2F` into a slash. */
function pathOf(url: string): { provider: string; target: string } {
  const rest = url.slice(PROXY_PREFIX.length);
  const end = rest.indexOf('/');
  return { provider: rest.slice(0, end), target: rest.slice(end) };
}

function text(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

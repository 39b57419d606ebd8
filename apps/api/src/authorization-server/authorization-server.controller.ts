import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import inject, { type Response } from 'light-my-request';
import { AgentsService } from '../agents/index.js';
import { Audits, AuditsNothing } from '../audit/index.js';
import { HostedAnswers, renderNotice } from '../authorizations/index.js';
import { notFound, Public, RequestLimits, Undocumented } from '../platform/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { MCP_SCOPE, RESOURCE_METADATA } from './provider-configuration.js';

const BECAUSE = 'clients come here before they have a credential; OAuth says what each request has to prove';

/** Headers of a connection and not of an answer, and those that say what a proxy before us saw. */
const OF_THE_CONNECTION = ['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding'];
const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'forwarded'];

/**
 * The endpoints of our authorization server, and its metadata. What they answer is worked out by `oidc-provider`; they
 * are routes like all others, with the same bounds and headers. There are none until an operator opens an agent to
 * users' own clients.
 */
@Undocumented()
@Controller()
export class AuthorizationServerController {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly agents: AgentsService,
    private readonly pages: HostedAnswers,
    private readonly limits: RequestLimits,
  ) {}

  @AuditsNothing('says which authorization server issues tokens for /mcp')
  @Get(RESOURCE_METADATA)
  @Public('clients read it to find out how to get a token (RFC 9728)')
  async resource(@Req() request: FastifyRequest) {
    await this.requireOpen(request);
    return {
      resource: this.server.resource,
      authorization_servers: [this.server.issuer],
      scopes_supported: [MCP_SCOPE],
      bearer_methods_supported: ['header'],
    };
  }

  @AuditsNothing('shows metadata, the page of an authorization, or the way to it; consent to it is recorded')
  @Get(['.well-known/oauth-authorization-server', 'oauth2/authorize', 'oauth2/authorize/:uid', 'oauth2/jwks'])
  @Public(BECAUSE)
  async read(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.ask(request);
    // Browsers are here, unless it is metadata.
    if (answer.statusCode < 400 || !request.url.startsWith('/oauth2/authorize')) send(reply, answer);
    else this.pages.send(reply, answer.statusCode, refusal(answer), { referrerPolicy: 'no-referrer' });
  }

  @AuditsNothing('remembers the metadata that a client gives of itself; it may do nothing with that alone')
  @Post('oauth2/register')
  @Public(BECAUSE)
  async register(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.ask(request));
  }

  @Audits('session.ended', 'task.canceled', 'standing_approval.ended')
  @Post(['oauth2/token', 'oauth2/revoke'])
  @Public(BECAUSE)
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    send(reply, await this.ask(request));
  }

  /** @throws Problem 429 `rate_limited`; 404 as long as no agent is open to users' own clients */
  private async requireOpen({ ip }: FastifyRequest): Promise<void> {
    this.limits.takeAddress(ip);
    if ((await this.agents.forUserClients()).length === 0) throw notFound('authorization server');
  }

  private async ask(request: FastifyRequest): Promise<Response> {
    await this.requireOpen(request);
    const provider = await this.server.provider();
    const { method, url, body } = request;
    const headers = this.headersOf(request);
    return inject(provider.callback(), {
      method: method as 'GET',
      url,
      headers,
      ...payloadOf(body, headers),
    });
  }

  /** The request's, as if it had come to our public address, whatever the Host header says. */
  private headersOf({ headers }: FastifyRequest): Record<string, string> {
    const { protocol, host } = new URL(this.server.issuer);
    const known = Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || [...FORWARDED, 'content-length', 'transfer-encoding'].includes(name)
        ? []
        : [[name, String(value)] as const],
    );
    return { ...Object.fromEntries(known), host, 'x-forwarded-proto': protocol.slice(0, -1) };
  }
}

/** The body as it was sent; parameters that came twice come twice again, and are refused. */
function payloadOf(body: unknown, headers: Record<string, string>): { payload?: string } {
  if (body === undefined || body === null) return {};
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return { payload: JSON.stringify(body) };
  const pairs = Object.entries(body as Record<string, string | string[]>).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  );
  return { payload: new URLSearchParams(pairs).toString() };
}

function send(reply: FastifyReply, { statusCode, headers, rawPayload }: Response): void {
  const own = Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name));
  void reply
    .status(statusCode)
    .headers({ 'cache-control': 'no-store', ...Object.fromEntries(own) })
    .send(rawPayload.length > 0 ? rawPayload : undefined);
}

/** An error that must not be sent to the redirect URI, as a page (RFC 6749, section 4.1.2.1). */
function refusal({ payload }: Response) {
  const { error_description: why = 'The request cannot be served.' } = JSON.parse(payload) as {
    error_description?: string;
  };
  return renderNotice(
    'This client was not let in',
    `${why.charAt(0).toUpperCase()}${why.slice(1)}. Go back to it and start once more.`,
  );
}

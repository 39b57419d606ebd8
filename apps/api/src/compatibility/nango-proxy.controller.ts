import { All, Controller, Inject, Req, Res, type OnModuleInit } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { ProxiedBodies, ProxiedCalls, PROXY_AUDITS, type ForwardRequest } from '../gateway/index.js';
import {
  AllowCallers,
  AsksInHandler,
  CurrentCaller,
  CurrentTrace,
  invalidInput,
  Undocumented,
  type CallerOf,
  type RequestTrace,
} from '../platform/index.js';
import { readEndpoint } from './endpoint.js';
import { Integrations } from './integrations.js';
import { NamedConnections } from './named-connections.js';
import { readRepeats, RepeatedReads } from './repeated-reads.js';
import { notSupported } from './unsupported.js';

const PREFIX = '/proxy/';
const VARY = 'Authorization, Connection-Id, Provider-Config-Key';
/** A header of the request to the provider, as apps write it. */
const PASSED = 'nango-proxy-';

type Headers = FastifyRequest['headers'];

/** Nango's proxy: the same requests over the same way as `/v1/proxy`, with a connection named by other headers. */
@Undocumented()
@Controller()
export class NangoProxyController implements OnModuleInit {
  constructor(
    private readonly integrations: Integrations,
    private readonly named: NamedConnections,
    private readonly bodies: ProxiedBodies,
    private readonly reads: RepeatedReads,
    private readonly calls: ProxiedCalls,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.bodies.alsoBelow(PREFIX);
  }

  @Audits(...PROXY_AUDITS)
  @AsksInHandler('asks for what the request does at the provider: see ForwardCall')
  @AllowCallers('agent')
  @All('proxy/*')
  async proxy(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @CurrentCaller() caller: CallerOf<'agent'>,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    const { headers } = request;
    const repeats = readRepeats(one(headers, 'retries'), one(headers, 'retry-on'));
    const asked = await this.requestOf(request, caller, trace);
    const answer = await this.reads.call(asked, { caller, trace }, repeats, () => reply.raw.destroyed);
    this.calls.send(reply, answer, VARY, 0);
  }

  private async requestOf(
    request: FastifyRequest,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<ForwardRequest> {
    const { headers, method } = request;
    if (one(headers, 'base-url-override'))
      throw notSupported(
        'another base URL than that of the integration: the token is sent to its own API only. Leave baseUrlOverride out; operators can move a provider in the connectors file.',
      );
    const connectionId = one(headers, 'connection-id');
    if (!connectionId) throw invalidInput('Connection-Id: name the connection');
    const endpoint = readEndpoint((request.raw.url ?? '').slice(PREFIX.length), this.settings.publicUrl);
    const { connection, integration } = await this.named.findNamed(
      one(headers, 'provider-config-key'),
      connectionId,
    );
    return {
      provider: this.integrations.providerOf(integration, endpoint).id,
      target: endpoint.target,
      principal: { type: 'agent', id: caller.id },
      userId: connection.userId,
      connectionId: connection.id,
      method,
      base: undefined,
      headers: passedHeaders(headers),
      body: this.bodies.of(request),
      trace,
    };
  }
}

/** Headers for the provider, those with the prefix as if they had come without it. */
function passedHeaders(headers: Headers): ForwardRequest['headers'] {
  const named = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(PASSED) ? [[name.slice(PASSED.length), value] as const] : [],
  );
  return { ...headers, ...Object.fromEntries(named) };
}

/** @throws Problem 400 for a header that came twice: two connections in one request are none */
function one(headers: Headers, name: string): string | undefined {
  const value = headers[name];
  if (Array.isArray(value) || (name !== 'retry-on' && value?.includes(',')))
    throw invalidInput(`${name}: came more than once`);
  return value;
}

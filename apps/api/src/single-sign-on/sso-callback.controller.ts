import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  IssuerSignIn,
  PENDING_COOKIE,
  PENDING_MS,
  SessionCookies,
  SsoRefusal,
  SSO_COOKIE,
} from '../operators/index.js';
import { CurrentTrace, Public, Undocumented, type RequestTrace } from '../platform/index.js';
import { SingleSignOn, type Arrival } from './single-sign-on.js';

/** The parameters that an issuer sends (RFC 6749, section 4.1.2; RFC 9207), each once and bounded. */
const answerQuery = z.object(
  Object.fromEntries(
    ['code', 'state', 'iss', 'error'].map((name) => [name, z.string().max(4096).optional()] as const),
  ),
);

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** The page to which the issuer sends people back. */
@Undocumented()
@Controller('v1/operator/session/sso/callback')
export class SsoCallbackController {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly singleSignOn: SingleSignOn,
    private readonly signIns: IssuerSignIn,
    private readonly cookies: SessionCookies,
  ) {}

  /** Leads to pages of ours only, whose addresses stand here. */
  @Audits(
    'operator.signed_in',
    'operator.sign_in_failed',
    'operator.reauthenticated',
    'operator.created',
    'operator.linked',
    'operator.updated',
    'operator.session_ended',
  )
  @Get()
  @Public('the issuer sends the browser here; state, cookie and the issuer itself are asked')
  async callback(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const exchange = { request, reply };
    const arrival: Arrival = {
      answer: readAnswer(query),
      browserSecret: this.cookies.read(request, SSO_COOKIE),
      browser: this.cookies.browserOf(request),
    };
    const page = await this.takeIn(arrival, exchange, trace);
    void reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .redirect(`${this.settings.publicUrl}/#${page}`, 303);
  }

  /** @returns the page of the dashboard that comes next */
  private async takeIn(arrival: Arrival, exchange: Exchange, trace: RequestTrace): Promise<string> {
    let failed = '/login?refused=';
    try {
      const request = await this.singleSignOn.arrive(arrival);
      this.cookies.clear(SSO_COOKIE, exchange);
      const { own } = request;
      if (own === undefined) return await this.signIn(arrival, exchange, trace);
      failed = '/confirmed/';
      await this.singleSignOn.prove(arrival, { ...request, own }, trace);
      return '/confirmed/done';
    } catch (error) {
      if (!(error instanceof SsoRefusal)) throw error;
      await this.signIns.refused(error, trace);
      return failed + error.reason;
    }
  }

  private async signIn(arrival: Arrival, exchange: Exchange, trace: RequestTrace): Promise<string> {
    const result = await this.singleSignOn.signIn(arrival, trace);
    if ('token' in result) {
      await this.cookies.begin(result, exchange);
      return '/login?signed-in';
    }
    this.cookies.set(PENDING_COOKIE, result.pending, PENDING_MS, exchange);
    return `/login?methods=${result.methods.join(',')}`;
  }
}

function readAnswer(query: unknown): URLSearchParams {
  const { success, data } = answerQuery.safeParse(query);
  const answer = new URLSearchParams();
  if (success)
    for (const [name, value] of Object.entries(data)) if (value !== undefined) answer.set(name, value);
  return answer;
}

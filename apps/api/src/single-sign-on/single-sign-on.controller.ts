import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  IssuerSignIn,
  PENDING_COOKIE,
  PENDING_MS,
  SessionCookies,
  signedIn,
  SsoRefusal,
  SSO_COOKIE,
} from '../operators/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  LetUnenrolled,
  Public,
  Undocumented,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { SingleSignOn, TRIP_MS, type Arrival, type Departure } from './single-sign-on.js';

const optionsView = z.object({
  passwords: z.boolean().describe('Whether a password, or a passkey alone, signs in here.'),
  singleSignOn: z
    .object({ name: z.string().describe('Of the issuer, for a button.') })
    .optional()
    .describe('Left out where it is not set up.'),
});

const departureView = z.object({
  authorizationUri: z.string().describe('Send the browser there that has the cookie of this answer.'),
});

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

/** Operators who sign in at an OpenID Connect issuer. */
@DocumentedUnder('operators')
@Controller('v1/operator/session')
export class SingleSignOnController {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly singleSignOn: SingleSignOn,
    private readonly signIns: IssuerSignIn,
    private readonly cookies: SessionCookies,
  ) {}

  @AuditsNothing('shows how this server is set up')
  @Get('options')
  @Public('the sign-in page shows it before anybody is signed in')
  @Documented({ summary: 'Read the ways in which operators sign in here', answer: optionsView })
  options(): z.output<typeof optionsView> {
    const { passwords, singleSignOn } = this.settings;
    return { passwords, singleSignOn: singleSignOn && { name: singleSignOn.name } };
  }

  @AuditsNothing('begins a sign-in, whose end is recorded')
  @Post('sso')
  @Public('this is where an operator begins to sign in at the issuer')
  @Documented({
    summary: 'Begin to sign in at the issuer of single sign-on',
    status: 201,
    answer: departureView,
    problems: ['single_sign_on_off', 'single_sign_on_unavailable', 'origin_not_allowed', 'too_many_attempts'],
  })
  async begin(
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof departureView>> {
    this.cookies.requireOwnPage(request);
    return this.depart(await this.singleSignOn.begin(trace), { request, reply });
  }

  @AuditsNothing('begins a proof, whose end is recorded')
  @Post('proof/sso')
  @AllowCallers('operator')
  @LetAuditors()
  @LetUnenrolled()
  @Documented({
    summary: 'Begin to prove at the issuer who you are, for what asks for it (`step_up_required`)',
    description: 'The issuer is told to ask, though you are signed in there.',
    status: 201,
    answer: departureView,
    problems: ['authentication_required.session', 'single_sign_on_off', 'single_sign_on_unavailable'],
  })
  async beginProof(
    @Req() request: FastifyRequest,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<z.output<typeof departureView>> {
    return this.depart(await this.singleSignOn.beginProof(signedIn(caller)), { request, reply });
  }

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
  @Get('sso/callback')
  @Undocumented()
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

  private depart({ authorizationUri, browserSecret }: Departure, exchange: Exchange) {
    this.cookies.set(SSO_COOKIE, browserSecret, TRIP_MS, exchange);
    return { authorizationUri };
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

import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuditsNothing } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { SessionCookies, signedIn, SSO_COOKIE } from '../operators/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  LetAuditors,
  LetUnenrolled,
  Public,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { SingleSignOn, TRIP_MS, type Departure } from './single-sign-on.js';

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

  private depart({ authorizationUri, browserSecret }: Departure, exchange: Exchange) {
    this.cookies.set(SSO_COOKIE, browserSecret, TRIP_MS, exchange);
    return { authorizationUri };
  }
}

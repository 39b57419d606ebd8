import { Body, Controller, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits } from '../../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedAnswer,
  DocumentedUnder,
  Problem,
  type Caller,
  type CallerOf,
  type RequestTrace,
} from '../../platform/index.js';
import { type AccessToken, requireRawTokens } from '../../connections/index.js';
import { accountApiCode } from './account-api.dialect.js';
import {
  logtoTokenView,
  newVerification,
  logtoStoredView,
  GUIDE_TOKEN_PROBLEMS,
  RECORD_PROBLEMS,
  startedView,
  storedView,
  TOKEN_PROBLEMS,
  tokenView,
  verificationAnswer,
  verificationReference,
  verifiedView,
} from './account-api.schemas.js';
import { AccountApi } from './account-api.service.js';
import { VerificationStart } from './verification-start.js';
import { Verifications, type GrantedScopes } from './verifications.js';

const which = z.object({
  connectionId: z
    .string()
    .optional()
    .describe('Needed when the user has several connections at this target.'),
});

/** On the guide's path whatever a new consent would mend answers `null`, which its sample tests for. */
const NO_TOKEN = {
  status: 404,
  description: 'No token is stored, or it no longer works: the header says which.',
  headers: {
    'Valetkey-Error': {
      description: 'The code of the problem.',
      schema: { type: 'string' as const },
      example: accountApiCode('token_not_found'),
    },
  },
  content: { 'application/json': { schema: { type: 'null' as const }, example: null } },
};
const STORE_PROBLEMS = [
  ...TOKEN_PROBLEMS,
  ...RECORD_PROBLEMS,
  'verification_not_verified',
  'verification_connector_mismatch',
] as const;

/** Answers that hold a token are not kept by anybody on the way (RFC 6749, section 5.1). */
const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' };

@DocumentedUnder('account')
@AllowCallers('user')
@Controller()
export class AccountApiController {
  constructor(
    private readonly account: AccountApi,
    private readonly starts: VerificationStart,
    private readonly verifications: Verifications,
  ) {}

  @Audits('access_token.read', 'token_set.refreshed', 'token_set.refresh_failed', 'connection.expired')
  @Get('my-account/identities/:target/access-token')
  @Documented({
    summary:
      'Read the stored access token, refreshed when it has expired; 404 with the body null when there is none',
    answer: tokenView,
    problems: GUIDE_TOKEN_PROBLEMS,
  })
  @DocumentedAnswer(NO_TOKEN)
  async read(
    @Param('target') target: string,
    @Query({ schema: which }) query: z.output<typeof which>,
    @CurrentCaller() caller: CallerOf<'user'>,
    @CurrentTrace() trace: RequestTrace,
    @Res() reply: FastifyReply,
  ) {
    void reply.headers(NO_STORE);
    requireRawTokens(caller);
    try {
      const how = { trace, unlinked: true } as const;
      const token = await this.account.read(caller, target, query.connectionId, how);
      void reply.send(this.view(token));
    } catch (error) {
      // The guide's sample asks `if (!tokenData)`: whatever a new consent would mend answers null.
      if (
        !(error instanceof Problem) ||
        !['token_not_found', 'reauthorization_required'].includes(error.code)
      )
        throw error;
      void reply
        .status(404)
        .header('valetkey-error', accountApiCode(error.code))
        .type('application/json')
        .send('null');
    }
  }

  @Audits('access_token.read', 'token_set.refreshed', 'token_set.refresh_failed', 'connection.expired')
  @Get('api/my-account/identities/:target/access-token')
  @Documented({
    summary: 'Read the stored access token, as Logto answers it',
    answer: logtoTokenView,
    problems: TOKEN_PROBLEMS,
  })
  async readAsLogto(
    @Param('target') target: string,
    @Query({ schema: which }) query: z.output<typeof which>,
    @CurrentCaller() caller: CallerOf<'user'>,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.headers(NO_STORE);
    requireRawTokens(caller);
    return this.logtoView(await this.account.read(caller, target, query.connectionId, { trace }));
  }

  @Audits('connection.created', 'connection.reauthorized', 'access_token.read')
  @Put('my-account/identities/:target/access-token')
  @Documented({
    summary: 'Store the tokens of a verified record; the same record may be sent again',
    answer: storedView,
    problems: STORE_PROBLEMS,
  })
  async store(
    @Param('target') target: string,
    @Body({ schema: verificationReference }) body: z.output<typeof verificationReference>,
    @CurrentCaller() caller: CallerOf<'user'>,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.headers(NO_STORE);
    requireRawTokens(caller);
    const { token, granted } = await this.account.store(caller, target, body.verificationRecordId, trace);
    return { ...this.view(token), ...ifPartial(granted) };
  }

  @Audits('connection.created', 'connection.reauthorized', 'access_token.read')
  @Put('api/my-account/identities/:target/access-token')
  @Documented({
    summary: 'Store the tokens of a verified record, as Logto answers it',
    answer: logtoStoredView,
    problems: STORE_PROBLEMS,
  })
  async storeAsLogto(
    @Param('target') target: string,
    @Body({ schema: verificationReference }) body: z.output<typeof verificationReference>,
    @CurrentCaller() caller: CallerOf<'user'>,
    @CurrentTrace() trace: RequestTrace,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.headers(NO_STORE);
    requireRawTokens(caller);
    const { token, granted } = await this.account.store(caller, target, body.verificationRecordId, trace);
    const { grantedScopes, missingScopes } = ifPartial(granted);
    return { ...this.logtoView(token), granted_scopes: grantedScopes, missing_scopes: missingScopes };
  }

  @Audits('authorization.started')
  @Post(['api/verification/social', 'api/verifications/social'])
  @Documented({
    summary: 'Start an authorization at a provider for the signed-in user',
    status: 201,
    answer: startedView,
    problems: [
      'invalid_connector',
      'connector_disabled',
      'redirect_uri_not_allowed',
      'invalid_scope',
      'provider_unavailable',
      'connector_misconfigured',
      'not_found',
      'connection_mismatch',
    ],
  })
  async start(
    @Body({ schema: newVerification }) body: z.output<typeof newVerification>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { expiresAt, ...started } = await this.starts.start(caller.id, body, trace);
    return { ...started, expiresAt: expiresAt.toISOString() };
  }

  @Audits('authorization.completed', 'authorization.denied', 'authorization.failed')
  @Post(['api/verification/social/verify', 'api/verifications/social/verify'])
  @Documented({
    summary: "Verify the provider's answer: state, issuer, code and account",
    answer: verifiedView,
    problems: [
      ...RECORD_PROBLEMS,
      'state_mismatch',
      'redirect_uri_mismatch',
      'issuer_mismatch',
      'scope_refused',
      'interaction_required',
      'authorization_failed',
      'provider_unavailable',
      'connector_misconfigured',
    ],
  })
  async verify(
    @Body({ schema: verificationAnswer }) body: z.output<typeof verificationAnswer>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const { verificationRecordId, connectorData } = body;
    const granted = await this.verifications.verify(caller.id, verificationRecordId, connectorData, trace);
    return { verificationRecordId, ...ifPartial(granted) };
  }

  private view(token: AccessToken): z.output<typeof tokenView> {
    const { accessToken, tokenType, expiresAt } = token.tokenSet;
    return {
      accessToken,
      tokenType,
      expiresIn: this.account.expiresIn(token),
      expiresAt: expiresAt === undefined ? undefined : new Date(expiresAt).toISOString(),
      scope: token.connection.scopes.join(' '),
    };
  }

  private logtoView(token: AccessToken): z.output<typeof logtoTokenView> {
    const { accessToken, tokenType } = token.tokenSet;
    return {
      access_token: accessToken,
      token_type: tokenType,
      expires_in: this.account.expiresIn(token),
      scope: token.connection.scopes.join(' '),
    };
  }
}

/** The guide's answers stay as printed, but when the user did not grant all. */
function ifPartial({ grantedScopes, missingScopes }: GrantedScopes): {
  grantedScopes?: string[];
  missingScopes?: string[];
} {
  if (missingScopes.length === 0) return {};
  return { grantedScopes: [...grantedScopes], missingScopes: [...missingScopes] };
}

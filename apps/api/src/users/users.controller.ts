import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  pageQuery,
  Public,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { userIdSchema } from './user-id.js';
import { UserTokenKeys } from './user-token-keys.js';
import type { UserWithCount } from './users.repository.js';
import { UsersService } from './users.service.js';

const DAY_S = 86_400;
const tokenRequest = z.strictObject({
  expiresIn: z
    .int()
    .min(60)
    .max(30 * DAY_S)
    .default(3600)
    .describe('Seconds the token lives; one hour when left out.'),
});
const tokenView = z.object({ accessToken: z.string(), expiresAt: z.iso.datetime() });
const userView = z.object({
  id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime().optional(),
  connectionCount: z.int(),
});

@DocumentedUnder('users')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller()
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly keys: UserTokenKeys,
  ) {}

  @Audits('user_token.created')
  @Asks('user_token.mint', 'path')
  @Post('v1/users/:userId/tokens')
  @AllowCallers('agent', 'operator')
  @Documented({
    summary: "Mint a user token for the app's signed-in user",
    description:
      'What an agent may mint, its `userTokens` says: any, without_raw_tokens, or none. One that an operator mints reads no access token.',
    status: 201,
    answer: tokenView,
    problems: ['user_tokens_denied'],
  })
  async createToken(
    @Param('userId', { schema: userIdSchema }) userId: string,
    @Body({ schema: tokenRequest.prefault({}) }) body: z.output<typeof tokenRequest>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof tokenView>> {
    const { accessToken, expiresAt } = await this.users.createToken(userId, body.expiresIn, caller, trace);
    return { accessToken, expiresAt: expiresAt.toISOString() };
  }

  @Get('.well-known/jwks.json')
  @Public('the public keys of the user tokens we mint')
  @Documented({
    summary: 'Public keys of the user tokens (RFC 7517)',
    answer: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }),
  })
  jwks() {
    return this.keys.publicKeys();
  }

  @Get('v1/operator/users')
  @AllowCallers('operator')
  @Documented({ summary: 'List users for the dashboard', answer: userView.array() })
  async listUsers(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'users', page, await this.users.listUsers(page)).map(view);
  }

  @Get('v1/operator/users/:id')
  @AllowCallers('operator')
  @Documented({ summary: 'Read one user', answer: userView })
  async getUser(@Param('id') id: string) {
    return view(await this.users.getUser(id));
  }
}

function view(user: UserWithCount): z.output<typeof userView> {
  return { ...user, createdAt: user.createdAt.toISOString(), lastSeenAt: user.lastSeenAt?.toISOString() };
}

import { Body, Controller, Inject, Post, Put, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import {
  CurrentTrace,
  Documented,
  DocumentedUnder,
  Public,
  requireOwnPage,
  type RequestTrace,
} from '../platform/index.js';
import { OperatorPasswords } from './operator-passwords.js';
import { linkToken, newPassword, role } from './operators.schemas.js';

const link = z.strictObject({ token: linkToken });
const passwordByLink = z.strictObject({ token: linkToken, password: newPassword });
const linkView = z.object({
  email: z.string(),
  role,
  purpose: z.enum(['invitation', 'reset']),
  until: z.iso.datetime(),
});

/** For somebody who cannot sign in yet: the secret of the link is the credential, and stands in the body only. */
@DocumentedUnder('operators')
@Controller('v1/operator/password-link')
export class PasswordLinkController {
  constructor(
    private readonly passwords: OperatorPasswords,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @AuditsNothing('shows what a link is for; the link stays as it is')
  @Post()
  @Public('the secret of the link in the body is the credential')
  @Documented({
    summary: 'Read what an invitation, or a link that resets a password, is for',
    answer: linkView,
    problems: ['link_over', 'origin_not_allowed'],
  })
  async lookUp(
    @Body({ schema: link }) { token }: z.output<typeof link>,
    @Req() request: FastifyRequest,
  ): Promise<z.output<typeof linkView>> {
    requireOwnPage(request, this.settings.publicUrl);
    const { until, ...purpose } = await this.passwords.lookUp(token);
    return { ...purpose, until: until.toISOString() };
  }

  @Audits('operator.password_changed')
  @Put()
  @Public('the secret of the link in the body is the credential')
  @Documented({
    summary: 'Set a password by a link, once; all sessions of the operator end',
    status: 204,
    problems: ['link_over', 'origin_not_allowed'],
  })
  async setPassword(
    @Body({ schema: passwordByLink }) { token, password }: z.output<typeof passwordByLink>,
    @Req() request: FastifyRequest,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    requireOwnPage(request, this.settings.publicUrl);
    await this.passwords.useLink(token, password, trace);
  }
}

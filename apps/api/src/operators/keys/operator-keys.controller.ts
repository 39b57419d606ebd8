import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing } from '../../audit/index.js';
import {
  AllowCallers,
  Clock,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  pageQuery,
  requireOwnerInPerson,
  sendPage,
  StepUp,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../../platform/index.js';
import { changedBy } from '../changed-by.js';
import { role } from '../operators.schemas.js';
import type { OperatorKey } from './operator-keys.repository.js';
import { OperatorKeys, SETTINGS_KEY_ID } from './operator-keys.js';

const newKey = z.strictObject({
  name: z.string().trim().min(1).max(100).describe('What it is for, so that it can be told apart later.'),
  role,
  expiresInDays: z
    .int()
    .min(1)
    .max(3650)
    .nullable()
    .default(90)
    .describe('Days until it ends by itself; null: it does not.'),
});
const keyView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  status: z.enum(['active', 'expired', 'revoked']),
  prefix: z.string().describe('How the key begins.'),
  makerId: z
    .string()
    .optional()
    .describe(
      'The owner who made it. Left out once they are removed, and where the key of the settings made it.',
    ),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  lastUsedAt: z.iso.datetime().optional().describe('To the minute.'),
  revokedAt: z.iso.datetime().optional(),
});
const newKeyView = keyView.extend({
  key: z.string().describe('Shown this once; only its hash is kept.'),
});
const settingsKeyView = z.object({
  isSet: z.boolean(),
  id: z.literal(SETTINGS_KEY_ID).describe('Its name as an actor in the audit log.'),
  role,
});

/** Keys for automation. Auditors and admins see which there are; owners make and revoke them. */
@DocumentedUnder('operators')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator')
export class OperatorKeysController {
  constructor(
    private readonly keys: OperatorKeys,
    private readonly clock: Clock,
  ) {}

  @Get('operator-keys')
  @Documented({ summary: 'List operator keys', answer: keyView.array() })
  async listKeys(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'operator-keys', page, await this.keys.listKeys(page)).map((key) =>
      this.view(key),
    );
  }

  @Get('operator-keys/:id')
  @Documented({ summary: 'Read one operator key', answer: keyView })
  async getKey(@Param('id') id: string) {
    return this.view(await this.keys.getKey(id));
  }

  @Get('settings-key')
  @Documented({
    summary: 'Whether the server was started with an operator key in VALETKEY_OPERATOR_API_KEY',
    description:
      'It is for the first steps and may do all that owners may. It ends when the server is started without it.',
    answer: settingsKeyView,
  })
  settingsKey(): z.output<typeof settingsKeyView> {
    return { isSet: this.keys.hasSettingsKey, id: SETTINGS_KEY_ID, role: 'owner' };
  }

  @Audits('operator_key.created')
  @Post('operator-keys')
  @StepUp()
  @Documented({
    summary: 'Make an operator key',
    description:
      'It may do what its role may, but give nobody a credential: it makes and revokes no operator key, and invites, changes and removes no operator. It ends when its maker is removed, disabled or no owner any more.',
    status: 201,
    answer: newKeyView,
    problems: ['owner_required', 'key_not_allowed', 'too_many_operator_keys'],
  })
  async create(
    @Body({ schema: newKey }) body: z.output<typeof newKey>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwnerInPerson(caller);
    const { row, key } = await this.keys.create(body, changedBy(caller, trace));
    return { ...this.view(row), key };
  }

  @Audits('operator_key.revoked')
  @Delete('operator-keys/:id')
  @Documented({
    summary: 'Revoke an operator key at once, with the streams that it has open',
    status: 204,
    problems: ['owner_required', 'key_not_allowed'],
  })
  async revoke(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<void> {
    requireOwnerInPerson(caller);
    await this.keys.revoke(id, changedBy(caller, trace));
  }

  private view({ expiresAt, lastUsedAt, revokedAt, makerId, ...key }: OperatorKey): z.output<typeof keyView> {
    const isOver = expiresAt !== null && expiresAt.getTime() <= this.clock.now();
    return {
      ...key,
      status: revokedAt ? 'revoked' : isOver ? 'expired' : 'active',
      makerId: makerId ?? undefined,
      createdAt: key.createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString(),
      revokedAt: revokedAt?.toISOString(),
    };
  }
}

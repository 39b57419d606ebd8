import { Controller, Delete, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Audits, actorOf } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  requireOwner,
  StepUp,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { userIdSchema } from '../users/index.js';
import { Offboarding } from './offboarding.js';

const offboardedView = z.object({
  id: z.string(),
  deletedAt: z.iso.datetime(),
  connections: z.int(),
  tasks: z.int(),
  revocations: z.int().describe('Token sets that their providers are being told about.'),
  erasureId: z.string().optional().describe('Of the user from the audit log, when that was asked for.'),
});
const offboardingQuery = z.object({
  eraseAudit: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      'true: the audit log forgets them too, once their tokens are revoked or that was given up, see audit-erasures; for owners.',
    ),
});
type OffboardingQuery = z.output<typeof offboardingQuery>;
const DOCUMENTED = {
  description:
    'Disconnects and revokes everything of theirs, ends their tasks and their user tokens, and deletes all of it; the audit log stays, unless eraseAudit says otherwise.',
  answer: offboardedView,
  problems: ['not_found', 'owner_required'] as const,
};

@DocumentedUnder('users')
@AllowCallers('operator')
@Controller()
export class OffboardingController {
  constructor(private readonly offboarding: Offboarding) {}

  @Audits(
    'user.deleted',
    'connection.disconnected',
    'connection.revoked',
    'audit_erasure.started',
    'standing_approval.ended',
  )
  @Delete('v1/users/:userId')
  @StepUp()
  @Documented({ summary: 'Delete a user', ...DOCUMENTED })
  async remove(
    @Param('userId', { schema: userIdSchema }) userId: string,
    @Query({ schema: offboardingQuery }) { eraseAudit }: OffboardingQuery,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof offboardedView>> {
    if (eraseAudit === 'true') requireOwner(caller);
    const how = { actor: actorOf(caller), trace, eraseAudit: eraseAudit === 'true' };
    const { deletedAt, ...gone } = await this.offboarding.remove(userId, how);
    return { ...gone, deletedAt: deletedAt.toISOString() };
  }

  @Audits(
    'user.deleted',
    'connection.disconnected',
    'connection.revoked',
    'audit_erasure.started',
    'standing_approval.ended',
  )
  @Delete('v1/operator/users/:id')
  @StepUp()
  @Documented({ summary: 'Delete a user, from the dashboard', ...DOCUMENTED })
  removeFromDashboard(
    @Param('id', { schema: userIdSchema }) id: string,
    @Query({ schema: offboardingQuery }) query: OffboardingQuery,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.remove(id, query, caller, trace);
  }
}

import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Audits, actorOf } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
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
});
const DOCUMENTED = {
  description:
    'Disconnects and revokes everything of theirs, ends their tasks and their user tokens, and deletes all of it; the audit log stays.',
  answer: offboardedView,
  problems: { not_found: 404 },
};

@ApiTags('users')
@AllowCallers('operator')
@Controller()
export class OffboardingController {
  constructor(private readonly offboarding: Offboarding) {}

  @Audits('user.deleted', 'connection.disconnected', 'connection.revoked')
  @Delete('v1/users/:userId')
  @Documented({ summary: 'Delete a user', ...DOCUMENTED })
  async remove(
    @Param('userId', { schema: userIdSchema }) userId: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof offboardedView>> {
    const { deletedAt, ...gone } = await this.offboarding.remove(userId, actorOf(caller), trace);
    return { ...gone, deletedAt: deletedAt.toISOString() };
  }

  @Audits('user.deleted', 'connection.disconnected', 'connection.revoked')
  @Delete('v1/operator/users/:id')
  @Documented({ summary: 'Delete a user, from the dashboard', ...DOCUMENTED })
  removeFromDashboard(
    @Param('id', { schema: userIdSchema }) id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.remove(id, caller, trace);
  }
}

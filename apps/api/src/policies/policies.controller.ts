import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing, actorOf } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  inputTime,
  pageQuery,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import type { StoredPolicy } from './policies.repository.js';
import { PolicyChanges } from './policy-changes.js';

const EXAMPLE = `forbid (principal == Agent::"agt_01", action in Action::"gmail", resource);`;

const name = z.string().trim().min(1).max(100);
const text = z
  .string()
  .min(1)
  .max(20_000)
  .describe(`One policy in the Cedar language, for example: ${EXAMPLE}`);
const validUntil = inputTime({ offset: true })
  .transform((time) => new Date(time))
  .nullable()
  .optional()
  .describe('It is in force until then, to the moment; null or left out: without an end.');
const newPolicy = z.strictObject({ name, text, enabled: z.boolean().default(true), validUntil });
// react-admin sends the whole record back; what cannot be changed is passed over.
const policyChange = z.object({
  name: name.optional(),
  text: text.optional(),
  enabled: z.boolean().optional(),
  validUntil,
});
const policyView = z.object({
  id: z.string(),
  name: z.string(),
  text: z.string(),
  enabled: z.boolean(),
  validUntil: z.iso.datetime().optional(),
  inForce: z.boolean().describe('It is enabled, and its time is not over.'),
  fault: z
    .string()
    .optional()
    .describe('Why it does not hold as it is written: it could not be stored today.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
const PROBLEMS = ['invalid_policy', 'name_taken'] as const;

@DocumentedUnder('policies')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/policies')
export class PoliciesController {
  constructor(private readonly changes: PolicyChanges) {}

  @Get()
  @Documented({ summary: 'List policies', answer: policyView.array() })
  async listPolicies(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const rows = sendPage(reply, 'policies', page, await this.changes.listPolicies(page));
    return Promise.all(rows.map((policy) => this.view(policy)));
  }

  @Get(':id')
  @Documented({ summary: 'Read one policy', answer: policyView })
  async getPolicy(@Param('id') id: string) {
    return this.view(await this.changes.getPolicy(id));
  }

  @Audits('policy.created')
  @Post()
  @Documented({
    summary: 'Add a policy; it is in force within two seconds everywhere',
    status: 201,
    answer: policyView,
    problems: PROBLEMS,
  })
  async create(
    @Body({ schema: newPolicy }) body: z.output<typeof newPolicy>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.view(await this.changes.create(body, { actor: actorOf(caller), trace }));
  }

  @Audits('policy.updated')
  @Put(':id')
  @Documented({
    summary: 'Change a policy (the same as PATCH)',
    answer: policyView,
    problems: PROBLEMS,
  })
  put(
    @Param('id') id: string,
    @Body({ schema: policyChange }) body: z.output<typeof policyChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.update(id, body, caller, trace);
  }

  @Audits('policy.updated')
  @Patch(':id')
  @Documented({
    summary: 'Rename, rewrite, switch off or on a policy, or say when it ends',
    answer: policyView,
    problems: PROBLEMS,
  })
  async update(
    @Param('id') id: string,
    @Body({ schema: policyChange }) body: z.output<typeof policyChange>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    return this.view(await this.changes.update(id, body, { actor: actorOf(caller), trace }));
  }

  @Audits('policy.deleted')
  @Delete(':id')
  @Documented({ summary: 'Delete a policy', status: 204 })
  delete(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return this.changes.delete(id, { actor: actorOf(caller), trace });
  }

  private async view(policy: StoredPolicy): Promise<z.output<typeof policyView>> {
    const { createdAt, updatedAt, validUntil: end, ...rest } = policy;
    return {
      ...rest,
      validUntil: end?.toISOString(),
      inForce: this.changes.isInForce(policy),
      fault: await this.changes.fault(policy),
      createdAt: createdAt.toISOString(),
      updatedAt: updatedAt.toISOString(),
    };
  }
}

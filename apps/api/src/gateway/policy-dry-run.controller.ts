import { Body, Controller, Post } from '@nestjs/common';
import { findAction, findProvider, plainPath, requestEffect } from '@valetkey/providers';
import { z } from 'zod';
import { PoliciesService } from '../policies/index.js';
import { AuditsNothing } from '../audit/index.js';
import { AllowCallers, Documented, DocumentedUnder, LetAuditors, Problem } from '../platform/index.js';
import { userIdSchema } from '../users/index.js';

const question = z
  .strictObject({
    principal: z.strictObject({ type: z.enum(['agent', 'user']), id: z.string().min(1) }),
    userId: userIdSchema,
    action: z.string().optional(),
    input: z.record(z.string(), z.unknown()).optional(),
    proxy: z
      .strictObject({ provider: z.string(), method: z.string(), path: z.string() })
      .optional()
      .describe('Instead of an action: a forwarded request.'),
  })
  .refine(({ action, proxy }) => (action === undefined) !== (proxy === undefined), {
    error: 'give either action or proxy',
  });
const decisionView = z.object({
  decision: z.enum(['allow', 'deny', 'require_approval']),
  code: z.string().optional(),
  detail: z.string(),
  policies: z.array(z.string()).describe('Names of the rules that decided; none: the built-in policy did.'),
});

@DocumentedUnder('policies')
@AllowCallers('operator')
@Controller('v1/operator/policy-decisions')
export class PolicyDryRunController {
  constructor(private readonly policies: PoliciesService) {}

  @AuditsNothing('tries a policy out: nothing runs and nothing is given out')
  @Post()
  @LetAuditors()
  @Documented({
    summary: 'Try out what the policy would say; nothing is run or recorded',
    answer: decisionView,
    problems: { unknown_action: 404, unknown_provider: 404 },
  })
  async dryRun(
    @Body({ schema: question }) { principal, userId, ...asked }: z.output<typeof question>,
  ): Promise<z.output<typeof decisionView>> {
    const { action, context } = subjectOf(asked);
    const decision = await this.policies.decide({ principal, userId, action, context });
    const policies = [...decision.policies];
    if (decision.allowed) {
      const by =
        policies.length > 0 ? `Permitted by policy: ${policies.join(', ')}.` : 'No policy is against it.';
      return { decision: 'allow', detail: by, policies };
    }
    const { code, detail } = decision;
    return { decision: code === 'approval_required' ? 'require_approval' : 'deny', code, detail, policies };
  }
}

function subjectOf({
  action: id,
  input,
  proxy,
}: Pick<z.output<typeof question>, 'action' | 'input' | 'proxy'>) {
  if (proxy) {
    const provider = findProvider(proxy.provider);
    if (!provider)
      throw new Problem(404, 'unknown_provider', 'There is no such provider; GET /v1/providers lists them.');
    const { method } = proxy;
    const path = plainPath(proxy.path);
    return {
      action: {
        id: `${provider.id}.proxy`,
        effect: requestEffect(provider, method, path),
        provider: provider.id,
      },
      context: { method, path },
    };
  }
  const action = findAction(id ?? '');
  if (!action)
    throw new Problem(404, 'unknown_action', `There is no action "${id}"; GET /v1/actions lists them.`);
  return { action, context: { input: input ?? {} } };
}

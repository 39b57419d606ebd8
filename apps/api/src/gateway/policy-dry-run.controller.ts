import { Body, Controller, Post } from '@nestjs/common';
import { findAction, parseInput } from '@valetkey/providers';
import { z } from 'zod';
import { COUNTED, PoliciesService } from '../policies/index.js';
import { AuditsNothing } from '../audit/index.js';
import { AllowCallers, Documented, DocumentedUnder, LetAuditors, Problem } from '../platform/index.js';
import { actionSubject } from './policy-names.js';
import { userIdSchema } from '../users/index.js';
import { BASES, JudgedRequests, policySubject, type WantedRequest } from './proxy/judged-requests.js';

const question = z
  .strictObject({
    principal: z.strictObject({ type: z.enum(['agent', 'user']), id: z.string().min(1) }),
    userId: userIdSchema,
    action: z.string().optional(),
    input: z.record(z.string(), z.unknown()).optional(),
    proxy: z
      .strictObject({
        provider: z.string(),
        method: z.string().describe('In any case.'),
        path: z.string().describe('As it follows /v1/proxy/{provider}, with its query or without.'),
        base: z.enum(['api', 'upload', 'content']).optional().describe('As in Valetkey-Base.'),
        query: z
          .union([z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())]))])
          .optional()
          .describe('As text, or by name; added to that of the path.'),
        contentType: z.string().optional().describe('Of the body; application/json if left out.'),
        contentEncoding: z.string().optional(),
        body: z.unknown().optional().describe('Text as it is, anything else as JSON.'),
      })
      .optional()
      .describe('Instead of an action: a forwarded request.'),
    used: z
      .partialRecord(z.enum(COUNTED), z.record(z.string(), z.int().min(0)))
      .optional()
      .meta({ example: { byCaller: { 'gmail.sends': 20 } } })
      .describe('How often was done today what rules ask about; left out: as it was counted.'),
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
  constructor(
    private readonly policies: PoliciesService,
    private readonly requests: JudgedRequests,
  ) {}

  @AuditsNothing('tries a policy out: nothing runs and nothing is given out')
  @Post()
  @LetAuditors()
  @Documented({
    summary: 'Try out what the policy would say; nothing is run or recorded',
    answer: decisionView,
    problems: ['unknown_action', 'unknown_provider', 'invalid_path', 'method_not_allowed.forwarded'],
  })
  async dryRun(
    @Body({ schema: question }) { principal, userId, used, ...asked }: z.output<typeof question>,
  ): Promise<z.output<typeof decisionView>> {
    const { action, context } = await this.subjectOf(asked);
    const decision = await this.policies.decide({ principal, userId, action, context, used });
    const policies = [...decision.policies];
    if (decision.allowed) {
      const by =
        policies.length > 0 ? `Permitted by policy: ${policies.join(', ')}.` : 'No policy is against it.';
      return { decision: 'allow', detail: by, policies };
    }
    const { code, detail } = decision.problem;
    return { decision: code === 'approval_required' ? 'require_approval' : 'deny', code, detail, policies };
  }

  private async subjectOf({ action: id, input, proxy }: Pick<Question, 'action' | 'input' | 'proxy'>) {
    if (proxy) return policySubject(await this.requests.judge(wantedBy(proxy)));
    const action = findAction(id ?? '');
    if (!action) throw new Problem('unknown_action', { action: String(id) });
    const parsed = parseInput(action, input ?? {});
    return parsed.success ? actionSubject(action, parsed.data) : { action, context: { input: input ?? {} } };
  }
}

type Question = z.output<typeof question>;

/** The request as it would come to the proxy. */
function wantedBy({ provider, method, base, ...asked }: NonNullable<Question['proxy']>): WantedRequest {
  const { path, query, contentType = 'application/json', contentEncoding, body } = asked;
  const search = typeof query === 'string' ? query.replace(/^\?/, '') : searchOf(query);
  const joined = search === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${search}`;
  const bytes =
    body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    provider,
    method,
    base: base && BASES[base],
    target: joined.startsWith('/') ? joined : `/${joined}`,
    headers: bytes ? { 'content-type': contentType, 'content-encoding': contentEncoding } : {},
    peek: () => Promise.resolve(bytes && { bytes, isWhole: true }),
  };
}

function searchOf(query: Readonly<Record<string, string | readonly string[]>> = {}): string {
  const search = new URLSearchParams();
  for (const [name, values] of Object.entries(query))
    for (const value of [values].flat()) search.append(name, String(value));
  return search.toString();
}

import { Controller, Inject, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Audit, Audits, actorOf } from '../../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { callbackUrl, ConnectorsService } from '../../connectors/index.js';
import { SERVER_PARTS, ServerTests, TEST_RESULTS } from '../../oauth/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  notFound,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';

const serverTest = z.object({
  part: z.enum(SERVER_PARTS),
  result: z.enum(TEST_RESULTS).describe('unclear: the answer proves nothing, in either direction.'),
  detail: z.string().describe('What was seen.'),
  advice: z.string().optional().describe('What to do about it.'),
});
const connectorTest = z.object({
  result: z.enum(TEST_RESULTS).describe('failed if a part did, else unclear if a part was.'),
  parts: serverTest.array(),
});

const WORST_FIRST = ['failed', 'unclear'] as const;

/** Operators find out whether a connector would work, before a user does. */
@DocumentedUnder('connectors')
@AllowCallers('operator')
@Controller('v1/operator/connectors')
export class ConnectorTestsController {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly tests: ServerTests,
    private readonly audit: Audit,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @Audits('connector.tested')
  @Post(':id/test')
  @Documented({
    summary: 'Ask the authorization server whether a connector would work',
    description:
      'Its endpoints are called as a consent would call them, with a code and a token that are made up, which a good server refuses. No account is needed, and nothing is stored. An account of your own, over POST /v1/authorizations, proves the rest.',
    answer: connectorTest,
  })
  async test(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof connectorTest>> {
    const connector = await this.connectors.findConnector(id);
    if (connector?.id !== id) throw notFound('connector');
    const event = {
      type: 'connector.tested',
      actor: actorOf(caller),
      target: connector.target,
      ...trace,
    } as const;
    const [intent] = await this.audit.record({ ...event, outcome: 'intended', detail: { connectorId: id } });
    const parts = await this.tests.run(connector, callbackUrl(this.settings, connector.target));
    const result = WORST_FIRST.find((one) => parts.some((part) => part.result === one)) ?? 'passed';
    const results = Object.fromEntries(parts.map((part) => [part.part, part.result]));
    const outcome = result === 'failed' ? 'failed' : 'succeeded';
    await this.audit.record({
      ...event,
      outcome,
      detail: { connectorId: id, intent: intent?.id, result, ...results },
    });
    return { result, parts };
  }
}

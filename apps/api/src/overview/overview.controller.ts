import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { AuditsNothing } from '../audit/index.js';
import { CIRCUIT_STATES } from '../gateway/index.js';
import { AllowCallers, Documented, DocumentedUnder, inputTime } from '../platform/index.js';
import { STEPS } from './figures/figure.js';
import { OverviewService } from './overview.service.js';

const counts = z.record(z.string(), z.int());
const calls = z.object({
  succeeded: z.int(),
  failed: z.int(),
  denied: z.int().describe('Refused by the policy; nothing was sent.'),
});
const figures = {
  calls: calls.describe('Runs of actions, and requests that were forwarded.'),
  latencyMs: z
    .object({ p50: z.int(), p95: z.int() })
    .optional()
    .describe('Of calls, read from a histogram; left out when there were none.'),
  tasks: z
    .object({ succeeded: z.int(), failed: z.int(), outcome_unknown: z.int(), canceled: z.int() })
    .describe('Tasks that ended.'),
  refreshes: z.object({ succeeded: z.int(), failed: z.int() }).describe('Refreshes of token sets.'),
};
const connectionCounts = z
  .object({ active: z.int(), expired: z.int(), inactive: z.int() })
  .optional()
  .describe('Connections by status, as last seen in the interval; left out where nobody looked.');

const activityView = z.object({
  total: z.object(figures),
  points: z
    .array(z.object({ at: z.iso.datetime(), ...figures, connections: connectionCounts }))
    .describe('One for each interval of the period, in order.'),
  connectors: z
    .array(z.object({ target: z.string(), ...figures, connections: connectionCounts }))
    .describe('Busiest first.'),
  agents: z.array(z.object({ agentId: z.string(), ...figures })).describe('Busiest first.'),
});

const overviewView = z.object({
  users: z.int(),
  connections: counts,
  tasks: counts,
  agents: z.int(),
  auditEvents24h: z.int(),
  circuits: z
    .array(z.object({ provider: z.string(), host: z.string(), state: z.enum(CIRCUIT_STATES) }))
    .describe('Hosts of providers that this process does not call for now, since they fail.'),
  demo: z
    .object({ userId: z.string(), links: z.array(z.object({ label: z.string(), url: z.string() })) })
    .optional(),
  period: z.object({
    step: z.enum(STEPS).describe('The length of one interval; days are those of UTC.'),
    from: z.iso.datetime().describe('The start of the first interval.'),
    to: z.iso.datetime(),
    uncounted: z.int().describe('Events of the log that are not looked at yet; the figures lack them.'),
  }),
  activity: activityView,
});

const time = inputTime({ offset: true })
  .transform((text) => new Date(text))
  .optional();
const overviewQuery = z.object({
  from: time.describe('Since when; a day before `to` if left out. 400 days before it at most.'),
  to: time.describe('Until when; now if left out.'),
  target: z.string().min(1).max(512).optional().describe('Only what concerns this connector.'),
  agentId: z.string().min(1).max(512).optional().describe('Only what this agent did.'),
});

/** The first page of the dashboard. */
@DocumentedUnder('health')
@AuditsNothing('counts; nothing of a single user')
@AllowCallers('operator')
@Controller('v1/operator/overview')
export class OverviewController {
  constructor(private readonly service: OverviewService) {}

  @Get()
  @Documented({
    summary: 'What there is, and what happened in a stretch of time',
    description:
      'The figures of `activity` come from counts that are kept per minute (2 days), hour (10 days), six hours (100 days) ' +
      'and day (800 days), so they cost the same however long the log is.',
    answer: overviewView,
  })
  overview(@Query({ schema: overviewQuery }) query: z.output<typeof overviewQuery>) {
    return this.service.overview(query);
  }
}

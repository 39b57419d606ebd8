import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AuditsNothing, ForkGuard } from '../audit/index.js';
import { Documented, DocumentedUnder, Problem, Public } from '../platform/index.js';
import { HealthService } from './health.service.js';

const healthView = z.object({ status: z.literal('ok') });
const readyView = healthView.extend({
  warnings: z
    .array(z.literal('audit_forked'))
    .optional()
    .describe('audit_forked: the audit log contradicts a published checkpoint and is not signed any more.'),
});
const METRICS =
  '# TYPE valetkey_http_request_duration_seconds histogram\nvaletkey_http_request_duration_seconds_count{method="GET",route="/v1/tasks",status="200"} 7\n';
const PROBES = 'probes of the machine it runs on carry no credential';

@DocumentedUnder('health')
@AuditsNothing('counts and states for probes; nothing of a single user')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly guard: ForkGuard,
  ) {}

  @Get('health/live')
  @Public(PROBES)
  @Documented({ summary: 'The process runs', answer: healthView })
  live(): z.output<typeof healthView> {
    return { status: 'ok' };
  }

  @Get('health/ready')
  @Public(PROBES)
  @Documented({ summary: 'The process can serve', answer: readyView, problems: ['not_ready'] })
  async ready(): Promise<z.output<typeof readyView>> {
    const reason = await this.health.unreadiness();
    if (reason !== undefined) throw new Problem('not_ready', { reason });
    return { status: 'ok', ...(this.guard.fork && { warnings: ['audit_forked' as const] }) };
  }

  @Get('metrics')
  @Public('counts only, for a scraper on the same network')
  @Documented({ summary: 'Figures in the format of Prometheus', contentType: 'text/plain', example: METRICS })
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    const { contentType, text } = await this.health.metrics();
    void reply.type(contentType).send(text);
  }
}

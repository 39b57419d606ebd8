import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { AllowCallers, Documented, DocumentedUnder } from '../../platform/index.js';
import { AuditsNothing } from '../audited.js';
import { ForwardEvents } from './forward-events.js';

const sinkView = z.object({
  name: z.string(),
  kind: z.enum(['otlp', 'http']),
  host: z.string(),
  throughSeq: z.int().describe('The newest event that the sink has taken.'),
  behind: z.int().describe('Events that it does not have yet.'),
  waitingSince: z.iso.datetime().optional().describe('When the oldest of them happened.'),
  deliveredAt: z.iso.datetime().optional(),
  failures: z.int().describe('Tries that failed since the last batch that it took.'),
  lastError: z.string().optional(),
});

@DocumentedUnder('audit')
@Controller('v1/operator/audit-sinks')
export class AuditSinksController {
  constructor(private readonly forward: ForwardEvents) {}

  @Get()
  @AllowCallers('operator')
  @AuditsNothing('shows what is stored; it changes nothing and calls nobody')
  @Documented({
    summary: 'Where the audit log is sent on to, and how far each sink has it',
    answer: sinkView.array(),
  })
  async list(): Promise<z.input<typeof sinkView>[]> {
    const progress = await this.forward.progress();
    return this.forward.sinks.flatMap(({ name, kind, url }) => {
      const found = progress.find((row) => row.name === name);
      if (!found) return [];
      const { seq, behind, waitingSince, deliveredAt, failures, lastError } = found;
      return [
        {
          name,
          kind,
          host: new URL(url).host,
          throughSeq: Number(seq),
          behind,
          waitingSince: waitingSince?.toISOString(),
          deliveredAt: deliveredAt?.toISOString(),
          failures,
          lastError,
        },
      ];
    });
  }
}

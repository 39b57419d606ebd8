import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { AuditsNothing } from '../audit/index.js';
import { AllowCallers, Documented, DocumentedUnder } from '../platform/index.js';
import { MOST_OF_A_KIND, RECORD_KINDS } from './found-records.repository.js';
import { LONGEST_TEXT } from './search-text.js';
import { SearchService } from './search.service.js';

const searchQuery = z.object({
  q: z
    .string()
    .trim()
    .min(1)
    .max(LONGEST_TEXT)
    .describe('Words by their beginnings (`ada love`), or the beginning of an id (`tsk_01kb`).')
    .meta({ example: 'ada' }),
});

const foundView = z.object({
  data: z.array(
    z.object({
      kind: z.enum([...RECORD_KINDS, 'action']),
      id: z.string(),
      name: z.string().optional(),
      detail: z.string().optional().describe('Tells it from others with its name.'),
    }),
  ),
});

/** One box over everything, for the dashboard. */
@DocumentedUnder('search')
@AuditsNothing('finds names and ids; what is behind them is read by its own route')
@AllowCallers('operator')
@Controller('v1/operator/search')
export class SearchController {
  constructor(private readonly service: SearchService) {}

  @Get()
  @Documented({
    summary: 'Find anything by a name, an e-mail address or an id',
    description:
      `Users, connections, agents, connectors, policies and actions by words, these and tasks by the beginning of an id, ` +
      `audit events by their whole id; ${MOST_OF_A_KIND} of each kind at most, the newest first.`,
    answer: foundView,
  })
  async search(@Query({ schema: searchQuery }) { q }: z.output<typeof searchQuery>) {
    return { data: await this.service.search(q) };
  }
}

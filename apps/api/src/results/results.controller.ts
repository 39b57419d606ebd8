import { Controller, Get, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Audits } from '../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  type Caller,
  type RequestTrace,
} from '../platform/index.js';
import { MOST_KEPT_BYTES } from './kept-result.js';
import { KeptResults } from './kept-results.js';
import { resultQuery, resultView, viewHandle } from './results.schemas.js';

@DocumentedUnder('tasks')
@AllowCallers('agent', 'user')
@Controller('v1/results')
export class ResultsController {
  constructor(private readonly results: KeptResults) {}

  @Audits('result.read')
  @Asks('result.read', 'result')
  @Get(':id')
  @Documented({
    summary: 'Read a kept output, or a part of it',
    description:
      'Outputs that are too long to be handed over at once are kept for the caller whose run it was, and its user.',
    answer: resultView,
    problems: ['not_found'],
  })
  async getResult(
    @Param('id') id: string,
    @Query({ schema: resultQuery })
    { maxBytes: bytes = MOST_KEPT_BYTES, ...part }: z.output<typeof resultQuery>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ): Promise<z.output<typeof resultView>> {
    const result = await this.results.getResult(id, caller);
    const wanted = { ...part, bytes };
    const { value, of, next, cuts } = await this.results.readPart(result, wanted, { caller, trace });
    const { userId, action, connectionId, taskId, createdAt } = result;
    return {
      ...viewHandle(result),
      ...{ userId, action, connectionId, taskId: taskId ?? undefined, createdAt: createdAt.toISOString() },
      ...{ value, of, next, cuts: [...cuts] },
    };
  }
}

import { Body, Controller, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { Audits } from '../../audit/index.js';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  inputTime,
  type Caller,
  type RequestTrace,
} from '../../platform/index.js';
import { dateOf } from '../new-task.js';
import { OUTCOME_DECISIONS } from '../task.js';
import { taskView, viewTask } from '../task.view.js';
import { OutcomeDecisions } from './outcome-decisions.js';

const outcomeWord = z.strictObject({
  decision: z
    .enum(OUTCOME_DECISIONS)
    .describe(
      'happened: the task has succeeded. send_again: it did not happen; the provider is asked where it can be, then it is sent under what policy and approvals say now. leave: nobody is waited for any more.',
    ),
  note: z.string().trim().min(1).max(500).optional().describe('What was seen at the provider.'),
  finishedAt: inputTime({ offset: true })
    .optional()
    .describe('Of the task as it was looked at: a decision about an earlier end is refused.'),
});

/** The ways out of `outcome_unknown`. */
@DocumentedUnder('tasks')
@AllowCallers('agent', 'user', 'operator')
@Controller('v1')
export class OutcomeDecisionsController {
  constructor(private readonly decisions: OutcomeDecisions) {}

  @Audits('task.outcome_decided')
  @Asks('task.decide', 'task')
  @Post(['tasks/:id/outcome', 'operator/tasks/:id/outcome'])
  @Documented({
    summary: 'Say what became of a task whose outcome is not known',
    answer: taskView,
    problems: ['task_outcome_known', 'task_outcome_decided', 'too_many_open_tasks'],
  })
  async decide(
    @Param('id') id: string,
    @Body({ schema: outcomeWord }) { finishedAt, ...word }: z.output<typeof outcomeWord>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    const said = { ...word, finishedAt: dateOf(finishedAt) };
    return viewTask(await this.decisions.decide(id, said, caller, trace));
  }
}

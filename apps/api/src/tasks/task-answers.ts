import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Approvals, summarize } from '../approvals/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { KeptResults, viewHandle, type KeptResult } from '../results/index.js';
import type { Task } from './task.js';
import { viewTask, type taskView } from './task.view.js';

/** Answers about one task, with its approval, and with its output where that is kept apart. */
@Injectable()
export class TaskAnswers {
  constructor(
    private readonly approvals: Approvals,
    private readonly results: KeptResults,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  async view(task: Task): Promise<z.output<typeof taskView>> {
    const approval =
      task.approvalId === undefined ? undefined : await this.approvals.findApproval(task.approvalId);
    const kept = await this.keptOutput(task);
    return {
      ...viewTask(task),
      keptOutput: kept && viewHandle(kept),
      approval: approval && summarize(approval, this.settings.publicUrl),
    };
  }

  /** Where the output of a task is, if it is not a part of it; `undefined` too when it is over. */
  async keptOutput({ id, status, output }: Task): Promise<KeptResult | undefined> {
    return status === 'succeeded' && output === undefined ? this.results.ofTask(id) : undefined;
  }

  /** The whole output, for the caller whose run it was. */
  async outputOf(task: Task): Promise<unknown> {
    const kept = await this.keptOutput(task);
    return kept ? this.results.outputOf(kept) : task.output;
  }
}

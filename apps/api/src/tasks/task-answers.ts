import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import { Approvals, summarize } from '../approvals/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import type { Task } from './task.js';
import { viewTask, type taskView } from './task.view.js';

/** Answers about one task, with its approval. */
@Injectable()
export class TaskAnswers {
  constructor(
    private readonly approvals: Approvals,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  async view(task: Task): Promise<z.output<typeof taskView>> {
    const approval =
      task.approvalId === undefined ? undefined : await this.approvals.findApproval(task.approvalId);
    return { ...viewTask(task), approval: approval && summarize(approval, this.settings.publicUrl) };
  }
}

import { Injectable } from '@nestjs/common';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { notFound } from '../platform/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import { TaskAnswers, TaskEnds, TasksService, type Task } from '../tasks/index.js';
import type { McpAsker } from './mcp-asker.js';
import { SessionLimits } from './session-limits.js';
import { GET_TASK } from './own-tools.js';
import { readInput } from './tool-input.js';
import { ToolOutputs, type OutputRequest } from './tool-outputs.js';
import { failedResult, pendingResult } from './tool-results.js';

/** Reads the task that a call became when it had to wait for a person. */
@Injectable()
export class TaskTool {
  constructor(
    private readonly tasks: TasksService,
    private readonly answers: TaskAnswers,
    private readonly ends: TaskEnds,
    private readonly policies: PoliciesService,
    private readonly limits: SessionLimits,
    private readonly outputs: ToolOutputs,
  ) {}

  /** @throws Problem 404 for a task that is not this caller's and user's; 403 by policy; 429 for too many held answers */
  async call(asker: McpAsker, sent: Record<string, unknown>): Promise<CallToolResult> {
    const { taskId, waitSeconds, ...request } = readInput(GET_TASK.input, sent);
    const { caller, principal, userId, trace } = asker;
    const task = await this.tasks.getTask(taskId, caller);
    if (task.userId !== userId || !this.limits.includes(asker, task.action)) throw notFound('task');
    if (principal.type === 'agent')
      await this.policies.require({ principal, userId, action: verbAction('task.read'), context: {} }, trace);
    const ended = waitSeconds > 0 ? await this.ends.within(task, caller, waitSeconds * 1_000) : task;
    if (ended.status === 'succeeded') return this.output(asker, ended, request);
    const view = await this.answers.view(ended);
    return view.error ? failedResult(view) : pendingResult(view);
  }

  private async output(asker: McpAsker, task: Task, request: OutputRequest): Promise<CallToolResult> {
    const kept = await this.answers.keptOutput(task);
    const output = await this.answers.outputOf(task);
    const { action, connectionId = '' } = task;
    return this.outputs.result(asker, { output, action, connectionId, kept }, request);
  }
}

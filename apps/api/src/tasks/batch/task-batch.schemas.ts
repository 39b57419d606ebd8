import { z } from 'zod';
import { problemSchema } from '../../platform/index.js';
import { IDEMPOTENCY_KEY, newTask } from '../new-task.js';
import { taskView } from '../task.view.js';

/** One request takes so many. */
export const MOST_TASKS = 100;

/** A task of a batch. */
export const batchedTask = newTask.extend({
  idempotencyKey: z
    .string()
    .regex(IDEMPOTENCY_KEY, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('As the header of POST /v1/tasks: the same key and task answer the same task.'),
});

const { $schema: _, ...batchedTaskSchema } = z.toJSONSchema(batchedTask, {
  io: 'input',
  unrepresentable: 'any',
});

/** Each task is judged by itself, so that a wrong one refuses no other. */
export const batchRequest = z.strictObject({
  tasks: z.array(z.unknown().meta(batchedTaskSchema)).min(1).max(MOST_TASKS),
});

/** The outcome of each task. */
export const batchView = z.object({
  data: z.array(
    z.object({
      index: z.int().describe('Position in tasks.'),
      status: z
        .int()
        .describe('The status that POST /v1/tasks would have answered: 202, or that of the problem.'),
      task: taskView.optional(),
      problem: problemSchema.optional(),
    }),
  ),
});

export { IDEMPOTENCY_KEY, newTask } from './new-task.js';
export type { Task } from './task.js';
export { hashOfRequest } from './request-hash.js';
export { PRIORITIES } from './task.js';
export { TaskAnswers } from './task-answers.js';
export { TaskEnds } from './task-ends.js';
export { taskView } from './task.view.js';
export { TasksModule } from './tasks.module.js';
export { TasksService, type TaskOwner } from './tasks.service.js';

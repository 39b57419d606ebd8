export { TasksModule } from './tasks.module.js';
export { TaskAnswers } from './task-answers.js';
export { TaskEnds } from './task-ends.js';
export { taskView } from './task.view.js';
export { TasksService } from './tasks.service.js';

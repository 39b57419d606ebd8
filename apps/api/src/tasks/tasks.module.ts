import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { GatewayModule } from '../gateway/index.js';
import { PoliciesModule } from '../policies/index.js';
import { CalledOffTasks } from './called-off-tasks.js';
import { RequeueTasks } from './requeue-tasks.js';
import { RunTask } from './run-task.js';
import { TaskAuthority } from './task-authority.js';
import { TaskMovesRepository } from './task-moves.repository.js';
import { TaskOutcomes } from './task-outcomes.js';
import { TaskQueue } from './task-queue.js';
import { TaskStory } from './task-story.js';
import { TaskSubjects } from './task-subjects.js';
import { TaskWorker } from './task-worker.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';

/**
 * Actions that run on the queue: retries, waiting for consent, and never acting twice.
 * A task's row is the truth and a job only its carrier; this room calls no provider but through the gateway.
 */
@Module({
  imports: [GatewayModule, AgentsModule, PoliciesModule],
  controllers: [TasksController],
  providers: [
    TasksService,
    TasksRepository,
    TaskMovesRepository,
    TaskQueue,
    TaskWorker,
    RequeueTasks,
    TaskStory,
    RunTask,
    TaskAuthority,
    CalledOffTasks,
    TaskOutcomes,
    TaskSubjects,
  ],
  exports: [TasksService],
})
export class TasksModule {}

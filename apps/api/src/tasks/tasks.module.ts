import { Module } from '@nestjs/common';
import { ApprovalsModule } from '../approvals/index.js';
import { ResultsModule } from '../results/index.js';
import { TaskBatchController } from './batch/task-batch.controller.js';
import { AgentsModule } from '../agents/index.js';
import { GatewayModule } from '../gateway/index.js';
import { PoliciesModule } from '../policies/index.js';
import { CalledOffTasks } from './called-off-tasks.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeadLettersRepository } from './dead-letters/dead-letters.repository.js';
import { DecidedTasks } from './decided-tasks.js';
import { HeldCalls } from './held-calls.js';
import { OutcomeDecisions } from './outcomes/outcome-decisions.js';
import { OutcomeDecisionsController } from './outcomes/outcome-decisions.controller.js';
import { OverdueTasks } from './overdue-tasks.js';
import { RequeueTasks } from './requeue-tasks.js';
import { RunTask } from './run-task.js';
import { TaskAnswers } from './task-answers.js';
import { TaskApprovals } from './task-approvals.js';
import { TaskAuthority } from './task-authority.js';
import { TaskMovesRepository } from './task-moves.repository.js';
import { TaskEnds } from './task-ends.js';
import { TaskOutcomes } from './task-outcomes.js';
import { TaskQueue } from './task-queue.js';
import { TaskStory } from './task-story.js';
import { TaskSubjects } from './task-subjects.js';
import { TaskWorker } from './task-worker.js';
import { TasksController } from './tasks.controller.js';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';
import { WaitingTasksRepository } from './waiting-tasks.repository.js';

/**
 * Actions that run on the queue: retries, waiting for consent, and never acting twice.
 * A task's row is the truth and a job only its carrier; this room calls no provider but through the gateway.
 */
@Module({
  imports: [ApprovalsModule, GatewayModule, AgentsModule, PoliciesModule, ResultsModule],
  controllers: [TaskBatchController, TasksController, OutcomeDecisionsController, DeadLettersController],
  providers: [
    TasksService,
    TasksRepository,
    TaskMovesRepository,
    TaskQueue,
    TaskWorker,
    RequeueTasks,
    OverdueTasks,
    TaskStory,
    RunTask,
    TaskAuthority,
    CalledOffTasks,
    TaskOutcomes,
    TaskSubjects,
    TaskApprovals,
    DecidedTasks,
    WaitingTasksRepository,
    TaskAnswers,
    TaskEnds,
    HeldCalls,
    OutcomeDecisions,
    DeadLetters,
    DeadLettersRepository,
  ],
  exports: [TasksService, TaskAnswers, TaskEnds],
})
export class TasksModule {}

import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { PoliciesModule } from '../policies/index.js';
import { TasksModule } from '../tasks/index.js';
import { CalledOffSchedules } from './called-off-schedules.js';
import { DueSchedulesRepository } from './due-schedules.repository.js';
import { ScheduleRuns } from './schedule-runs.js';
import { ScheduleSubjects } from './schedule-subjects.js';
import { SchedulesController } from './schedules.controller.js';
import { SchedulesRepository } from './schedules.repository.js';
import { SchedulesService } from './schedules.service.js';

/** Actions that come again and again. A schedule's row is the truth; each run is a task like any other. */
@Module({
  imports: [TasksModule, AgentsModule, PoliciesModule],
  controllers: [SchedulesController],
  providers: [
    SchedulesService,
    SchedulesRepository,
    DueSchedulesRepository,
    ScheduleRuns,
    CalledOffSchedules,
    ScheduleSubjects,
  ],
})
export class SchedulesModule {}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subjects } from '../policies/index.js';
import { SchedulesRepository } from './schedules.repository.js';

/** Tells the policy whose schedules are. */
@Injectable()
export class ScheduleSubjects implements OnModuleInit {
  constructor(
    private readonly subjects: Subjects,
    private readonly schedules: SchedulesRepository,
  ) {}

  onModuleInit(): void {
    this.subjects.register('schedule', async (id) => {
      const found = await this.schedules.findSchedule(id);
      return found && { userId: found.userId };
    });
  }
}

import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subjects } from '../policies/index.js';
import { TasksRepository } from './tasks.repository.js';

/** Tells the policy whose tasks are. */
@Injectable()
export class TaskSubjects implements OnModuleInit {
  constructor(
    private readonly subjects: Subjects,
    private readonly tasks: TasksRepository,
  ) {}

  onModuleInit(): void {
    this.subjects.register('task', async (id) => {
      const found = await this.tasks.findTask(id);
      return found && { userId: found.userId };
    });
  }
}

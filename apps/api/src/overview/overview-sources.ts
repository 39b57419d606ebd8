import { Injectable } from '@nestjs/common';
import { AgentsService } from '../agents/index.js';
import { AuditSearch } from '../audit/index.js';
import { ConnectionsService } from '../connections/index.js';
import { TasksService } from '../tasks/index.js';
import { UsersService } from '../users/index.js';

/** The services that the overview page reads from. */
@Injectable()
export class OverviewSources {
  constructor(
    readonly users: UsersService,
    readonly connections: ConnectionsService,
    readonly tasks: TasksService,
    readonly agents: AgentsService,
    readonly audit: AuditSearch,
  ) {}
}

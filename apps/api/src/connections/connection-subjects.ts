import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subjects } from '../policies/index.js';
import { AuthorizationsRepository } from './authorizations/authorizations.repository.js';
import { ConnectionsService } from './connections.service.js';

/** Tells the policy whose connections and authorizations are. */
@Injectable()
export class ConnectionSubjects implements OnModuleInit {
  constructor(
    private readonly subjects: Subjects,
    private readonly connections: ConnectionsService,
    private readonly authorizations: AuthorizationsRepository,
  ) {}

  onModuleInit(): void {
    this.subjects.register('connection', (id) => this.connections.findSubject(id));
    this.subjects.register('authorization', async (id) => {
      const found = await this.authorizations.find(id);
      return found && { userId: found.userId };
    });
  }
}

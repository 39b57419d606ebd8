import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subjects } from '../policies/index.js';
import { ConnectionsService } from './connections.service.js';

/** Tells the policy whose connections are. */
@Injectable()
export class ConnectionSubjects implements OnModuleInit {
  constructor(
    private readonly subjects: Subjects,
    private readonly connections: ConnectionsService,
  ) {}

  onModuleInit(): void {
    this.subjects.register('connection', (id) => this.connections.findSubject(id));
  }
}

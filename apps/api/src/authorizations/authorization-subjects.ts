import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Subjects } from '../policies/index.js';
import { AuthorizationsRepository } from './authorizations.repository.js';

/** Tells the policy whose authorizations are. */
@Injectable()
export class AuthorizationSubjects implements OnModuleInit {
  constructor(
    private readonly subjects: Subjects,
    private readonly authorizations: AuthorizationsRepository,
  ) {}

  onModuleInit(): void {
    this.subjects.register('authorization', async (id) => {
      const found = await this.authorizations.findAuthorization(id);
      return found && { userId: found.userId };
    });
  }
}

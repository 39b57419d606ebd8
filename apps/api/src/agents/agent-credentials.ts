import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Changes, CredentialReaders, type Caller, type CredentialReader } from '../platform/index.js';
import { AgentsService } from './agents.service.js';

/** Reads agent keys. */
@Injectable()
export class AgentCredentials implements CredentialReader, OnModuleInit {
  constructor(
    private readonly agents: AgentsService,
    private readonly readers: CredentialReaders,
    private readonly changes: Changes,
  ) {}

  onModuleInit(): void {
    this.readers.register(this);
    this.changes.on('valetkey_authority', () => this.agents.forgetCallers());
  }

  async read(_: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined> {
    return bearer === undefined ? undefined : this.agents.authenticate(bearer);
  }
}

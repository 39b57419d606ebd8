import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AgentCredentialKinds } from '../../agents/index.js';
import { Subjects } from '../../policies/index.js';
import { Clock, CredentialReaders, type Caller, type CredentialReader } from '../../platform/index.js';
import { SessionsRepository, type LiveSession } from './sessions.repository.js';
import { SESSION_PREFIX } from './sessions.service.js';

/**
 * Reads the tokens of sessions. Their caller is the agent, within the session; only routes that admit sessions let it
 * in. The row is read each time, so that an end counts at once in every process.
 */
@Injectable()
export class SessionCredentials implements CredentialReader, OnModuleInit {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly readers: CredentialReaders,
    private readonly kinds: AgentCredentialKinds,
    private readonly subjects: Subjects,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.readers.register(this);
    this.kinds.register((id, agentId) => this.repository.holds(id, agentId));
    this.subjects.register('session', async (id) => {
      const found = await this.repository.findSession(id);
      return found && { userId: found.userId };
    });
  }

  async read(_: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined> {
    if (!bearer?.startsWith(SESSION_PREFIX)) return undefined;
    const session = await this.repository.findLive(bearer, this.clock.date());
    if (!session) return undefined;
    return callerIn(session);
  }
}

/** The caller of a session: its agent, with none of its rights beyond actions. */
export function callerIn({ id: keyId, agentId: id, agentName: name, userId, scope }: LiveSession): Caller {
  return {
    type: 'agent',
    id,
    name,
    keyId,
    rawTokens: false,
    userTokens: 'none',
    session: { ...scope, userId },
  };
}

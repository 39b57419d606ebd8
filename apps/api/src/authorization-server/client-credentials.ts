import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AgentsService } from '../agents/index.js';
import { callerIn, SessionsService } from '../mcp/index.js';
import { Clock, CredentialReaders, type Caller, type CredentialReader } from '../platform/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { OAuthRecordsRepository } from './oauth-records.repository.js';
import { ACCESS_TOKEN_PREFIX, RESOURCE_METADATA } from './provider-configuration.js';

/**
 * Reads the access tokens that our authorization server issued. Their caller is the agent, within the session that the
 * user let the client have. Both rows are read each time, so that an end counts at once in every process.
 */
@Injectable()
export class ClientCredentials implements CredentialReader, OnModuleInit {
  constructor(
    private readonly records: OAuthRecordsRepository,
    private readonly sessions: SessionsService,
    private readonly server: AuthorizationServer,
    private readonly agents: AgentsService,
    private readonly readers: CredentialReaders,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.readers.register(this);
    const metadataUrl = `${this.server.issuer}${RESOURCE_METADATA}`;
    this.readers.describeResource('/mcp', async () =>
      (await this.agents.forUserClients()).length > 0 ? metadataUrl : undefined,
    );
  }

  async read(_: FastifyRequest, bearer: string | undefined): Promise<Caller | undefined> {
    if (!bearer?.startsWith(ACCESS_TOKEN_PREFIX)) return undefined;
    const found = await this.records.findRecord('AccessToken', bearer, this.clock.date());
    // A token is for the resource that it was issued for, and no other (RFC 8707, section 2).
    if (!found || found.payload['aud'] !== this.server.resource) return undefined;
    const session = await this.sessions.live(String(found.payload['grantId']));
    return session && callerIn(session);
  }
}

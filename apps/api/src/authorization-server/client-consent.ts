import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults } from 'oidc-provider';
import { changedBy } from '../agents/index.js';
import { Catalogue } from '../gateway/index.js';
import { SessionsService } from '../mcp/index.js';
import {
  Clock,
  invalidInput,
  Problem,
  type CallerOf,
  type RequestTrace,
  type SessionScope,
} from '../platform/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { OAuthRecordsRepository } from './oauth-records.repository.js';
import { MCP_SCOPE, SESSION_S } from './provider-configuration.js';

/** An authorization request of a client that waits for its user. */
export interface ClientRequest {
  readonly uid: string;
  readonly client: AskingClient;
  /** As it was registered, or stands in the metadata document. */
  readonly redirectUri: string;
}

export interface AskingClient {
  readonly id: string;
  readonly name: string;
  /** The host of its metadata document; a client that registered itself has none, and could call itself anything. */
  readonly host: string | undefined;
}

/** The agent, and the part of its tools, that a user lets a client have. */
export interface LetInChoice {
  readonly agentId: string;
  readonly providers: readonly string[];
  readonly readOnly: boolean;
}

/** Decides, with the user, on authorization requests of their own clients. */
@Injectable()
export class ClientConsent {
  constructor(
    private readonly server: AuthorizationServer,
    private readonly sessions: SessionsService,
    private readonly records: OAuthRecordsRepository,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /**
   * The request that this browser brought here.
   * @throws Problem 410 `authorization_expired` when it is not, or no longer, there
   */
  async open(uid: string, request: FastifyRequest, reply: FastifyReply): Promise<ClientRequest> {
    const provider = await this.server.provider();
    const interaction = await provider.interactionDetails(request.raw, reply.raw).catch(asExpired);
    if (interaction.uid !== uid) throw new Problem('authorization_expired');
    const { client_id: id, redirect_uri: redirectUri } = interaction.params as Record<string, string>;
    const client = id === undefined ? undefined : await provider.Client.find(id);
    if (!client || redirectUri === undefined) throw new Problem('authorization_expired');
    const host = URL.canParse(client.clientId) ? new URL(client.clientId).host : undefined;
    return {
      uid,
      redirectUri,
      client: { id: client.clientId, name: client.clientName ?? host ?? 'A client without a name', host },
    };
  }

  /** The providers whose tools can be let to a client, by id. */
  async providers(): Promise<{ id: string; displayName: string }[]> {
    return (await this.catalogue.providers()).filter(({ targets }) => targets.length > 0);
  }

  /** Where the browser goes on once the user has declined. */
  decline(request: FastifyRequest, reply: FastifyReply): Promise<string> {
    return this.finish(request, reply, { error: 'access_denied', error_description: 'the user declined' });
  }

  /**
   * Lets the client in.
   * @returns where the browser goes on
   * @throws Problem 400 for a choice of nothing; 404 for an agent that is not open to users' own clients
   */
  async letIn(
    { client }: ClientRequest,
    choice: LetInChoice,
    { user, trace }: { readonly user: CallerOf<'user'>; readonly trace: RequestTrace },
    { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  ): Promise<string> {
    const scope = await this.scopeOf(choice);
    const expiresAt = new Date(this.clock.now() + SESSION_S * 1_000);
    const { id, name } = client;
    const wanted = { userId: user.id, agentId: choice.agentId, scope, client: { id, name }, expiresAt };
    const session = await this.sessions.letIn(wanted, changedBy(user, trace));
    const provider = await this.server.provider();
    const grant = new provider.Grant({ accountId: user.id, clientId: id });
    grant.jti = session.id;
    grant.addResourceScope(this.server.resource, MCP_SCOPE);
    grant.addOIDCScope(`${MCP_SCOPE} offline_access`);
    await grant.save();
    await this.records.keepUntil('Client', id, expiresAt);
    return this.finish(request, reply, {
      login: { accountId: user.id, remember: false },
      consent: { grantId: session.id },
    });
  }

  private async scopeOf({ providers, readOnly }: LetInChoice): Promise<SessionScope> {
    if (providers.length === 0) throw invalidInput('providers: choose at least one');
    const tools = { deny: [], pinned: [] };
    if (!readOnly) return { tools: { ...tools, allow: providers } };
    const actions = await this.catalogue.actions({ effect: 'read' }, undefined);
    const reads = actions.filter(({ provider }) => providers.includes(provider)).map(({ id }) => id);
    return { tools: { ...tools, allow: reads } };
  }

  private async finish(
    request: FastifyRequest,
    reply: FastifyReply,
    result: InteractionResults,
  ): Promise<string> {
    const provider = await this.server.provider();
    return provider.interactionResult(request.raw, reply.raw, result);
  }
}

function asExpired(error: unknown): never {
  if (error instanceof errors.SessionNotFound) throw new Problem('authorization_expired');
  throw error;
}

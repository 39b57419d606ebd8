import { Injectable } from '@nestjs/common';
import type { AuditActor } from '../../audit/index.js';
import { ConnectorsService } from '../../connectors/index.js';
import { Problem, type RequestTrace } from '../../platform/index.js';
import { Authorizations } from './authorizations.js';
import type { Connection } from '../connection.js';

/** For whom a token is handed out, as the audit log keeps it. */
export interface Reader {
  readonly actor: AuditActor;
  readonly agentId?: string | undefined;
  /** The agent that minted the user token with which they ask: its rules hold here, too. */
  readonly mintedBy?: string | undefined;
  readonly trace?: RequestTrace | undefined;
  /** Their answer has no room for a link, so none is made. */
  readonly unlinked?: true;
}

/** The way back for a connection that no longer works. */
@Injectable()
export class Reauthorization {
  constructor(
    private readonly authorizations: Authorizations,
    private readonly connectors: ConnectorsService,
  ) {}

  /**
   * An error of using this connection as its reader shall see it: `reauthorization_required` brings the link over which
   * the user revives this very connection, with all that it could do. Everything else stays what it is.
   */
  async explain(error: unknown, connection: Connection, reader: Reader): Promise<unknown> {
    if (!(error instanceof Problem) || error.code !== 'reauthorization_required' || reader.unlinked)
      return error;
    const { actor, agentId, trace } = reader;
    const link = await this.authorizations.link({
      userId: connection.userId,
      connector: await this.connectors.require(connection.connectorId),
      scopes: connection.scopes,
      reasons: [],
      connectionId: connection.id,
      actor,
      agentId,
      trace,
    });
    return new Problem(error.status, error.code, `${error.detail} Send them to authorizationUri.`, {
      ...error.extensions,
      connectionId: connection.id,
      authorizationId: link.id,
      authorizationUri: link.authorizationUri,
      authorizationExpiresAt: link.expiresAt.toISOString(),
    });
  }
}

import { Injectable } from '@nestjs/common';
import type { AuditActor } from '../audit/index.js';
import { Problem, type RequestTrace } from '../platform/index.js';
import type { Connection } from './connection.js';

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

/** Where a user revives a connection. */
export interface ReauthorizationLink {
  readonly id: string;
  readonly authorizationUri: string;
  readonly expiresAt: Date;
}

type LinkTo = (connection: Connection, reader: Reader) => Promise<ReauthorizationLink>;

/** The way back for a connection that no longer works. The room of the consents gives the link. */
@Injectable()
export class Reauthorization {
  private linkTo: LinkTo | undefined;

  register(linkTo: LinkTo): void {
    this.linkTo = linkTo;
  }

  /**
   * An error of using this connection as its reader shall see it: `reauthorization_required` brings the link over which
   * the user revives this very connection, with all that it could do. Everything else stays what it is.
   */
  async attachLink(error: unknown, connection: Connection, reader: Reader): Promise<unknown> {
    if (!(error instanceof Problem) || error.code !== 'reauthorization_required' || reader.unlinked)
      return error;
    if (!this.linkTo) throw new Error('no room has registered for links to revive connections');
    const link = await this.linkTo(connection, reader);
    return new Problem('reauthorization_required.link', {
      ...error.extensions,
      why: error.detail,
      connectionId: connection.id,
      authorizationId: link.id,
      authorizationUri: link.authorizationUri,
      authorizationExpiresAt: link.expiresAt.toISOString(),
    });
  }
}

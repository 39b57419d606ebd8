import { Injectable } from '@nestjs/common';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { SessionsService } from '../mcp/index.js';
import { Clock } from '../platform/index.js';
import { OAuthRecordsRepository } from './oauth-records.repository.js';

/** Life of a client that registered itself and that no user has let in: anybody may make such rows. Seconds. */
const UNUSED_CLIENT_S = 86_400;

/** The server itself, where a client shows that a token of its session has been stolen. */
const SYSTEM = { type: 'system', id: 'authorization-server' } as const;

/** The storage that oidc-provider asks for, over our table and the sessions of users' own clients. */
@Injectable()
export class RecordAdapters {
  constructor(
    private readonly repository: OAuthRecordsRepository,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
  ) {}

  /** @param kind a model of oidc-provider */
  of(kind: string): Adapter {
    // No browser is remembered: each authorization asks who is there, and the user agrees to each.
    if (kind === 'Session') return FORGETFUL;
    return kind === 'Grant' ? this.grants() : this.records(kind);
  }

  private records(kind: string): Adapter {
    const { repository, clock } = this;
    return {
      ...FORGETFUL,
      upsert: async (id, { jti: _, ...payload }, expiresIn = UNUSED_CLIENT_S) => {
        const expiresAt = new Date(clock.now() + expiresIn * 1_000);
        await repository.put(kind, id, { payload, sessionId: payload.grantId, expiresAt });
      },
      find: async (id) => {
        const found = await repository.findRecord(kind, id, clock.date());
        return found && asPayload(id, found);
      },
      // The library reads first and consumes then; of requests at the same moment the row lets one through.
      consume: async (id) => {
        if (!(await repository.consume(kind, id, clock.date())))
          throw new errors.InvalidGrant('already used');
      },
      destroy: (id) => repository.delete(kind, id),
      revokeByGrantId: (grantId) => repository.deleteOfSession(kind, grantId),
    };
  }

  /**
   * A grant is a session: once that has ended, by whomever, no code or refresh token of it counts; and a revoked grant,
   * for example when a refresh token came back twice (RFC 9700, section 4.14), ends its session.
   */
  private grants(): Adapter {
    const records = this.records('Grant');
    return {
      ...records,
      find: async (id) => ((await this.sessions.live(id)) ? records.find(id) : undefined),
      destroy: async (id) => {
        await this.repository.delete('Grant', id);
        if (await this.sessions.live(id)) await this.sessions.end(id, { actor: SYSTEM });
      },
    };
  }
}

/** Remembers nothing. */
const FORGETFUL: Adapter = {
  upsert: () => Promise.resolve(),
  find: () => Promise.resolve(),
  findByUid: () => Promise.resolve(),
  findByUserCode: () => Promise.resolve(),
  consume: () => Promise.resolve(),
  destroy: () => Promise.resolve(),
  revokeByGrantId: () => Promise.resolve(),
};

function asPayload(
  id: string,
  { payload, consumedAt }: { payload: Readonly<Record<string, unknown>>; consumedAt: Date | null },
): AdapterPayload {
  const consumed = consumedAt ? { consumed: Math.floor(consumedAt.getTime() / 1_000) } : {};
  return { ...payload, ...consumed, jti: id };
}

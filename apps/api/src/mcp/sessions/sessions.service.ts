import { Injectable } from '@nestjs/common';
import { AgentDependents, AgentsService, changedBy, type ChangedBy } from '../../agents/index.js';
import { Audit, type AuditType } from '../../audit/index.js';
import {
  Clock,
  invalidInput,
  newId,
  notFound,
  Problem,
  randomSecret,
  type Caller,
  type CallerOf,
  type RequestTrace,
  type SessionScope,
} from '../../platform/index.js';
import { UsersService } from '../../users/index.js';
import { earlierEnd, narrowed, type Narrower, type OwnClient, type Session } from './session.js';
import { SessionNames } from './session-names.js';
import { SessionsRepository, type LiveSession } from './sessions.repository.js';

/** The start of a session's token. */
export const SESSION_PREFIX = 'vk_session_';

export interface NewSession {
  readonly userId: string;
  /** The agent whose policy decides; the caller where it is left out. */
  readonly agent?: string | undefined;
  readonly scope: SessionScope;
  /** Seconds. */
  readonly expiresIn: number;
}

/** A client of a user's own, what it may do, and until when. */
export interface LetIn {
  readonly userId: string;
  readonly agentId: string;
  readonly scope: SessionScope;
  readonly client: OwnClient;
  readonly expiresAt: Date;
}

export type SessionChange = Narrower & { readonly expiresIn?: number | undefined };

/**
 * Sessions of MCP clients: apps make them for their users, and users let in clients of their own. They are narrowed and
 * ended, never widened.
 */
@Injectable()
export class SessionsService {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly agents: AgentsService,
    private readonly dependents: AgentDependents,
    private readonly users: UsersService,
    private readonly names: SessionNames,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * @returns the session, and its token, which is shown this once
   * @throws Problem 403 `session_agent_denied` for another agent; 404 for an agent or a connection that is not there;
   *   400 for names that are no tools
   */
  async create(
    { userId, agent = '', scope, expiresIn }: NewSession,
    caller: CallerOf<'agent'>,
    trace: RequestTrace,
  ): Promise<{ session: Session; token: string }> {
    const agentId = agent || caller.id;
    await this.requireAgent(agentId, caller, userId);
    await this.users.ensure(userId);
    const now = this.clock.now();
    const session: Session = {
      id: newId('ses'),
      userId,
      agentId,
      by: { id: caller.id, keyId: caller.keyId },
      scope: await this.names.checked(scope, userId),
      createdAt: new Date(now),
      expiresAt: new Date(now + expiresIn * 1_000),
      endedAt: null,
    };
    const token = SESSION_PREFIX + randomSecret();
    await this.repository.inTransaction(async (tx) => {
      await this.repository.create(tx, session, token);
      await this.audit.recordIn(tx, event('session.created', session, changedBy(caller, trace)));
    });
    return { session, token };
  }

  /** @throws Problem 404 when there is none, or another agent made it */
  async getSession(id: string, caller: Caller): Promise<Session> {
    return requireOwn(await this.repository.findSession(id), caller);
  }

  /** @throws Problem 404; 409 `session_ended`; 422 `session_widened` */
  async narrow(id: string, change: SessionChange, caller: Caller, trace: RequestTrace): Promise<Session> {
    const { expiresIn, ...asked } = change;
    const known = await this.getSession(id, caller);
    const checked = await this.names.checkedChange(asked, known.userId);
    return this.repository.inTransaction(async (tx) => {
      const session = requireOwn(await this.repository.lock(tx, id), caller);
      const now = this.clock.now();
      if (session.endedAt || session.expiresAt.getTime() <= now) throw new Problem('session_ended');
      const scope = narrowed(session.scope, checked);
      const wanted = expiresIn === undefined ? session.expiresAt : new Date(now + expiresIn * 1_000);
      const expiresAt = earlierEnd(session, wanted);
      await this.repository.change(tx, id, { scope, expiresAt });
      const changed = { ...session, scope, expiresAt };
      await this.audit.recordIn(tx, event('session.narrowed', changed, changedBy(caller, trace)));
      return changed;
    });
  }

  /**
   * Lets a client that a user brings act for them, under the policy of an agent that is open to such clients.
   * @throws Problem 404 for an agent that is not; 400 for names that are no tools
   */
  async letIn({ userId, agentId, scope, client, expiresAt }: LetIn, by: ChangedBy): Promise<Session> {
    const open = await this.agents.forUserClients();
    if (!open.some(({ id }) => id === agentId)) throw notFound('agent');
    const session: Session = {
      id: newId('ses'),
      userId,
      agentId,
      by: { client },
      scope: await this.names.checked(scope, userId),
      createdAt: this.clock.date(),
      expiresAt,
      endedAt: null,
    };
    await this.repository.inTransaction(async (tx) => {
      await this.repository.create(tx, session);
      await this.audit.recordIn(tx, event('session.created', session, by));
    });
    return session;
  }

  /** Those of a user's own clients that have not ended, the newest first. */
  ownClients(userId: string): Promise<LiveSession[]> {
    return this.repository.ownClients(userId, this.clock.date());
  }

  /** A session that still counts, with its agent. */
  live(id: string): Promise<LiveSession | undefined> {
    return this.repository.findLiveById(id, this.clock.date());
  }

  /** Ends a session, and calls off what waits in it; one that has ended stays as it is. @throws Problem 404 */
  async end(id: string, by: ChangedBy): Promise<Session> {
    return this.repository.inTransaction(async (tx) => {
      const session = requireOwn(await this.repository.lock(tx, id), by.caller);
      if (session.endedAt) return session;
      const ended = { ...session, endedAt: this.clock.date() };
      await this.repository.change(tx, id, { endedAt: ended.endedAt });
      const authority = { agentId: session.agentId, keyId: id, code: 'session_ended' } as const;
      const calledOff = await this.dependents.callOff(tx, authority, by);
      await this.audit.recordIn(tx, event('session.ended', ended, by), ...calledOff);
      return ended;
    });
  }

  /** An agent that may mint user tokens could act for the user in any way, so naming another agent gives it nothing. */
  private async requireAgent(agentId: string, caller: CallerOf<'agent'>, userId: string): Promise<void> {
    if (agentId === caller.id) return;
    if (caller.userTokens === 'none') throw new Problem('session_agent_denied').asDenial(userId);
    const { disabledAt } = await this.agents.getAgent(agentId);
    if (disabledAt) throw invalidInput('agent: is disabled');
  }
}

/** @param caller left out: the program itself @throws Problem 404 */
function requireOwn(session: Session | undefined, caller: Caller | undefined): Session {
  if (session && (!caller || caller.type === 'operator' || isOwn(session, caller))) return session;
  throw notFound('session');
}

/** A session is its maker's; that of a user's own client is the user's. */
const isOwn = ({ by, userId }: Session, caller: Caller) =>
  'client' in by ? caller.type === 'user' && caller.id === userId : by.id === caller.id;

function event(
  type: AuditType,
  { id, userId, agentId, by, scope, expiresAt }: Session,
  { actor, trace }: ChangedBy,
) {
  const client = 'client' in by ? { clientId: by.client.id, clientName: by.client.name } : {};
  const detail = { sessionId: id, ...client, ...scope, expiresAt: expiresAt.toISOString() };
  return { type, outcome: 'succeeded', actor, userId, agentId, ...trace, detail } as const;
}

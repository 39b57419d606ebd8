import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { Clock, Jobs, ProblemFilter, type Denial, type Job } from '../platform/index.js';
import { actorOf } from './audit-actor.js';
import type { NewAuditEvent } from './audit-event.js';
import { Audit } from './audit.js';
import { Audits } from './audited.js';

/** The same denial again within this time is counted and not written. */
const WINDOW_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
/** After this many different denials of one actor in a minute, details that are not our own codes are left out. */
const MOST_DIFFERENT = 200;

type DeniedRequest = Omit<NewAuditEvent, 'type' | 'outcome'>;

interface Window {
  /** The latest of them. */
  denied: DeniedRequest;
  since: number;
  /** How many came since the last event. */
  count: number;
}

/**
 * Records refused requests, in one place for all routes. The first is written at once; the same one again (actor, code,
 * route or action, user) is counted, and written once a minute with its `count`, so that callers cannot fill the log by
 * repeating refused requests.
 */
@Audits('access.denied')
@Injectable()
export class Denials implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  /** By actor, then by what was refused. */
  private readonly windows = new Map<string, Map<string, Window>>();
  private job: Job | undefined;

  constructor(
    private readonly filter: ProblemFilter,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.filter.onDenial((denial) => this.record(deniedRequest(denial)));
  }

  onApplicationBootstrap(): void {
    this.job = this.jobs.every(LOOK_EVERY_MS, 'counting denials', () => this.writeCounts(), 'each process');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.job?.stop();
    await this.writeCounts(true);
  }

  /** @throws Problem 503 `audit_unavailable` when the first of its kind cannot be written */
  async record(denied: DeniedRequest): Promise<void> {
    const { actor } = denied;
    const actorKey = `${actor.type} ${actor.id}`;
    const ofActor = this.windows.get(actorKey) ?? new Map<string, Window>();
    this.windows.set(actorKey, ofActor);
    const [key, event] = kindOf(denied, ofActor);
    const known = ofActor.get(key);
    if (known) {
      known.count += 1;
      known.denied = event;
      return;
    }
    ofActor.set(key, { denied: event, since: this.clock.now(), count: 0 });
    try {
      await this.write(event);
    } catch (error) {
      ofActor.delete(key);
      throw error;
    }
  }

  /** Writes the counts of windows that have passed. A window with a new count goes on; one without is dropped. */
  async writeCounts(atOnce = false): Promise<void> {
    const now = this.clock.now();
    for (const [actorKey, ofActor] of this.windows) {
      for (const [key, window] of ofActor) {
        if (!atOnce && now - window.since < WINDOW_MS) continue;
        if (window.count === 0) ofActor.delete(key);
        else await this.writeCount(window, now);
      }
      if (ofActor.size === 0) this.windows.delete(actorKey);
    }
  }

  private async writeCount(window: Window, now: number): Promise<void> {
    const { count, denied } = window;
    window.count = 0;
    window.since = now;
    try {
      await this.write({ ...denied, detail: { ...denied.detail, count } });
    } catch (error) {
      window.count += count;
      throw error;
    }
  }

  private write(denied: DeniedRequest): Promise<unknown> {
    return this.audit.record({ ...denied, type: 'access.denied', outcome: 'denied' });
  }
}

/** The key by which two denials of an actor are the same, and the denial as it is recorded. */
function kindOf(denied: DeniedRequest, known: ReadonlyMap<string, Window>): [string, DeniedRequest] {
  const { actor, agentId, userId, action, detail = {} } = denied;
  const { code, method, route, policies } = detail;
  const key = JSON.stringify([code, action ?? [method, route], userId, policies]);
  if (known.has(key) || known.size < MOST_DIFFERENT) return [key, denied];
  return [JSON.stringify([code]), { actor, agentId, detail: { code } }];
}

function deniedRequest({ caller, userId, code, method, route, params, trace }: Denial): DeniedRequest {
  return {
    actor: actorOf(caller),
    // The user and the agent that are named see the event.
    userId: userId ?? (caller.type === 'user' ? caller.id : undefined),
    agentId: caller.type === 'agent' ? caller.id : undefined,
    connectionId: idIn(params, 'con'),
    taskId: idIn(params, 'tsk'),
    ...trace,
    detail: { code, method, route },
  };
}

/** An id of ours in the path. Any other value may be a secret that was pasted by mistake. */
function idIn(params: Readonly<Record<string, string>>, prefix: string): string | undefined {
  const id = params['id'];
  return id !== undefined && new RegExp(`^${prefix}_[0-9a-z]{10,40}$`).test(id) ? id : undefined;
}

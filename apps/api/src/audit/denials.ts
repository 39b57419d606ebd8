import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProblemFilter, type Denial } from '../platform/index.js';
import { actorOf } from './audit-actor.js';
import { Audit } from './audit.js';

/** Records who was refused what, in one place for all routes. */
@Injectable()
export class Denials implements OnModuleInit {
  constructor(
    private readonly filter: ProblemFilter,
    private readonly audit: Audit,
  ) {}

  onModuleInit(): void {
    this.filter.onDenial((denial) => this.record(denial));
  }

  private record({ caller, userId, code, method, route, params, trace }: Denial): Promise<unknown> {
    return this.audit.record({
      type: 'access.denied',
      outcome: 'denied',
      actor: actorOf(caller),
      // Whoever is named learns that somebody tried.
      userId: userId ?? (caller.type === 'user' ? caller.id : undefined),
      agentId: caller.type === 'agent' ? caller.id : undefined,
      connectionId: idIn(params, 'con'),
      taskId: idIn(params, 'tsk'),
      ...trace,
      detail: { code, method, route },
    });
  }
}

/** An id of ours in the path. Anything else there may be what somebody pasted by mistake. */
function idIn(params: Readonly<Record<string, string>>, prefix: string): string | undefined {
  const id = params['id'];
  return id !== undefined && new RegExp(`^${prefix}_[0-9a-z]{10,40}$`).test(id) ? id : undefined;
}

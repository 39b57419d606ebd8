import { Injectable } from '@nestjs/common';
import { FollowLog } from '../audit/index.js';
import { DemoUser } from '../authorizations/index.js';
import { ProviderCircuits } from '../gateway/index.js';
import { Clock } from '../platform/index.js';
import { activityOf } from './figures/activity.js';
import { COUNTER } from './figures/count-events.js';
import { periodOf } from './figures/period.js';
import { RollupsRepository, type FigureFilter } from './figures/rollups.repository.js';
import { OverviewSources } from './overview-sources.js';

const DAY_MS = 86_400_000;

/** A stretch of time, and what its figures are narrowed to. */
export interface OverviewQuery extends FigureFilter {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Reads what there is at the moment, and what happened in a stretch of time. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly sources: OverviewSources,
    private readonly rollups: RollupsRepository,
    private readonly demo: DemoUser,
    private readonly circuits: ProviderCircuits,
    private readonly follow: FollowLog,
    private readonly clock: Clock,
  ) {}

  /** @throws Problem 400 for a stretch of time that there is not */
  async overview(query: OverviewQuery) {
    const period = periodOf(query, this.clock.date());
    const { users, connections, tasks, agents, audit } = this.sources;
    const [userCount, connectionCounts, taskCounts, agentCount, auditEvents24h, sums, samples, uncounted] =
      await Promise.all([
        users.count(),
        connections.countByStatus(),
        tasks.countByStatus(),
        agents.count(),
        audit.countSince(new Date(this.clock.now() - DAY_MS)),
        this.rollups.sums(period, query),
        this.rollups.samples(period, query.target),
        this.follow.countAhead(COUNTER),
      ]);
    return {
      users: userCount,
      connections: connectionCounts,
      tasks: taskCounts,
      agents: agentCount,
      auditEvents24h,
      circuits: this.circuits.list().filter(({ state }) => state !== 'closed'),
      ...(this.demo.id === undefined ? {} : { demo: { userId: this.demo.id, links: this.demo.links } }),
      period: { step: period.step, from: period.from.toISOString(), to: period.to.toISOString(), uncounted },
      activity: activityOf(period, sums, samples),
    };
  }
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Audit, Sequencer, type NewAuditEvent } from '../../audit/index.js';
import { AgentsModule } from '../../agents/index.js';
import { OperatorsModule } from '../../operators/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type TestClock,
  type World,
} from '../../platform/testing/index.js';
import { OverviewModule } from '../overview.module.js';
import { CountEvents } from './count-events.js';
import { latencyBucket } from './latency.js';
import { RollupsRepository } from './rollups.repository.js';

const AGENT = { type: 'agent', id: 'agt_a' } as const;
const OUTCOMES = ['intended', 'succeeded', 'failed'] as const;

let world: World<readonly [TestApp, TestApp]>;
let database: TestDatabase;
let apps: readonly [TestApp, TestApp];
let clock: TestClock;
beforeAll(async () => {
  world = await createWorld({ rooms: [OverviewModule, AgentsModule, OperatorsModule], processes: 2 });
  ({ database, apps, clock } = world);
  clock.stop();
});
afterAll(() => world.close());

const call = (n: number): NewAuditEvent => ({
  type: n % 4 === 0 ? 'request.forwarded' : 'action.run',
  outcome: OUTCOMES[n % 3] ?? 'failed',
  actor: AGENT,
  agentId: `agt_${n % 5}`,
  target: ['google', 'github'][n % 2],
  durationMs: n % 3 === 0 ? undefined : (n * 37) % 3_000,
});
const others: readonly NewAuditEvent[] = [
  { type: 'task.finished', outcome: 'succeeded', actor: AGENT, detail: { status: 'succeeded' } },
  { type: 'task.finished', outcome: 'failed', actor: AGENT, detail: { status: 'outcome_unknown' } },
  { type: 'task.canceled', outcome: 'succeeded', actor: AGENT },
  { type: 'task.queued', outcome: 'succeeded', actor: AGENT },
  { type: 'token_set.refreshed', outcome: 'succeeded', actor: AGENT, target: 'google' },
  { type: 'token_set.refresh_failed', outcome: 'failed', actor: AGENT, target: 'google' },
  { type: 'access.denied', outcome: 'denied', actor: AGENT, agentId: 'agt_1', detail: { count: 7 } },
  { type: 'access.denied', outcome: 'denied', actor: AGENT, agentId: 'agt_1' },
  { type: 'access.denied', outcome: 'denied', actor: { type: 'user', id: 'ada' } },
];

async function record(...events: readonly NewAuditEvent[]): Promise<void> {
  await apps[0].get(Audit).record(...events);
  await apps[0].get(Sequencer).settled();
}

/** The same counts, from the log itself. */
const COUNTED = `
  SELECT date_bin(INTERVAL, at, '2000-01-01T00:00:00Z') AS at, coalesce(target, '') AS target, coalesce(agent_id, '') AS agent,
    CASE WHEN type LIKE 'task.%' THEN 'task' WHEN type LIKE 'token_set.%' THEN 'refresh' ELSE 'call' END AS kind,
    CASE WHEN type = 'task.canceled' THEN 'canceled' ELSE coalesce(detail->>'status', outcome) END AS result,
    sum(CASE type WHEN 'access.denied' THEN coalesce((detail->>'count')::int, 1) ELSE 1 END)::int AS count,
    count(duration_ms)::int AS timed
  FROM audit_events
  WHERE outcome <> 'intended' AND (type <> 'access.denied' OR agent_id IS NOT NULL)
    AND type IN ('action.run', 'request.forwarded', 'access.denied', 'task.finished', 'task.canceled',
      'token_set.refreshed', 'token_set.refresh_failed')
  GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`;
const KEPT = `
  SELECT at, target, agent_id AS agent, kind, result, count,
    coalesce((SELECT sum(each) FROM unnest(latencies) AS each), 0)::int AS timed
  FROM activity_rollups WHERE step = 'STEP' ORDER BY 1, 2, 3, 4, 5`;

const INTERVALS = { minute: '1 minute', hour: '1 hour', six_hours: '6 hours', day: '1 day' };

async function expectEqual(): Promise<void> {
  for (const [step, interval] of Object.entries(INTERVALS)) {
    const kept = await database.query(KEPT.replace('STEP', step));
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(await database.query(COUNTED.replace('INTERVAL', `interval '${interval}'`)));
  }
}

const count = (app = 0) => (apps[app] as TestApp).get(CountEvents).countNew();
const overview = async (query = '') =>
  (await Caller.operator(apps[0].app).get(`/v1/operator/overview${query}`)).body;

describe('the counts of the overview', () => {
  it('equal a count over the log, over many batches and intervals', async () => {
    for (let batch = 0; batch < 12; batch += 1) {
      await record(...Array.from({ length: 100 }, (_, n) => call(batch * 100 + n)), ...others);
      clock.advance(7 * 60_000);
    }
    await Promise.all([count(0), count(1)]);
    await count(0);
    await expectEqual();
  });

  it('count nothing twice when it is done again, or a process dies before the commit', async () => {
    await count(0);
    await record(...Array.from({ length: 450 }, (_, n) => call(n)));
    await database.query(
      `CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF (SELECT seq FROM audit_sinks WHERE name = 'valetkey:overview') > (SELECT max(seq) - 100 FROM audit_events)
         THEN RAISE 'died'; END IF; RETURN NEW; END $$`,
    );
    await database.query(
      'CREATE TRIGGER die BEFORE INSERT ON activity_rollups FOR EACH STATEMENT EXECUTE FUNCTION die()',
    );
    await expect(count(0)).rejects.toThrow('died');
    await database.query('DROP FUNCTION die CASCADE');
    await count(1);
    await count(0);
    await expectEqual();
  });

  it('go to the interval of their events when these come late', async () => {
    const late = clock.date();
    clock.advance(26 * 3_600_000);
    await record(call(1));
    await count();
    await database.query(
      `INSERT INTO audit_inbox (id, at, type, outcome, actor_type, actor_id, agent_id, target,
        duration_ms, detail, salt)
      SELECT id || '0', $1, type, outcome, actor_type, actor_id, agent_id, target, duration_ms, detail,
        decode(repeat('00', 16), 'hex')
      FROM audit_events WHERE type = 'action.run' LIMIT 1`,
      [late],
    );
    await apps[0].get(Sequencer).settled();
    await count();
    await expectEqual();
  });

  it('are answered for a period, by interval, connector and agent, with latencies', async () => {
    const { period, activity } = await overview(
      `?from=${new Date(clock.now() - 40 * 3_600_000).toISOString()}`,
    );
    expect(period).toMatchObject({ step: 'hour', uncounted: 0 });
    const [row] = await database.query<{ succeeded: number; failed: number }>(
      `SELECT count(*) FILTER (WHERE outcome = 'succeeded')::int AS succeeded,
         count(*) FILTER (WHERE outcome = 'failed')::int AS failed
       FROM audit_events WHERE type IN ('action.run', 'request.forwarded')`,
    );
    expect(activity.total.calls).toMatchObject({ ...row });
    const sum = (rows: { calls: { succeeded: number } }[]) =>
      rows.reduce((all, { calls }) => all + calls.succeeded, 0);
    expect(sum(activity.points)).toBe(row?.succeeded);
    expect(sum(activity.connectors)).toBe(row?.succeeded);
    expect(sum(activity.agents)).toBe(row?.succeeded);
    expect(activity.total.latencyMs.p95).toBeGreaterThan(activity.total.latencyMs.p50);
    const [exact] = await database.query<{ p50: number; p95: number }>(
      `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms) AS p50,
         percentile_cont(0.95) WITHIN GROUP (ORDER BY duration_ms) AS p95 FROM audit_events WHERE duration_ms IS NOT NULL`,
    );
    for (const share of ['p50', 'p95'] as const)
      expect(latencyBucket(activity.total.latencyMs[share])).toBe(latencyBucket(exact?.[share] ?? -1));
  });

  it('are narrowed to a connector and an agent', async () => {
    const from = new Date(clock.now() - 40 * 3_600_000).toISOString();
    const { activity } = await overview(`?from=${from}&target=google&agentId=agt_0`);
    expect(activity.connectors.map(({ target }: { target: string }) => target)).toEqual(['google']);
    expect(activity.agents.map(({ agentId }: { agentId: string }) => agentId)).toEqual(['agt_0']);
  });

  it('say how many events they lack', async () => {
    await record(call(1), call(2));
    expect((await overview()).period.uncounted).toBe(2);
    await count();
    expect((await overview()).period.uncounted).toBe(0);
  });
});

describe('counts of connections', () => {
  it('are by connector and status, and the later one of an interval stands', async () => {
    await database.query(`INSERT INTO connectors (id, target, preset, display_name, client_id, endpoints, options, source, updated_at)
      VALUES ('ctr_1', 'google', 'google', 'Google', 'c', '{}', '{}', 'api', now())`);
    await database.query(`INSERT INTO users (id) VALUES ('ada')`);
    const add = (id: string) =>
      database.query(
        `INSERT INTO connections (id, user_id, connector_id, account_id, scopes) VALUES ($1, 'ada', 'ctr_1', $1, '{}')`,
        [id],
      );
    await add('con_1');
    await apps[0].get(CountEvents).sample();
    await add('con_2');
    await Promise.all(apps.map((app) => app.get(CountEvents).sample()));
    const { activity } = await overview();
    expect(activity.points.at(-1).connections).toEqual({ active: 0, expired: 0, inactive: 2 });
    expect(activity.points.at(-2).connections).toBeUndefined();
    const google = activity.connectors.find(({ target }: { target: string }) => target === 'google');
    expect(google.connections).toEqual({ active: 0, expired: 0, inactive: 2 });
  });
});

describe('two neighbouring intervals', () => {
  const toTheNextHour = () => clock.advance(3_600_000 - (clock.now() % 3_600_000));

  it('keep what lies a moment apart on both sides of the hour', async () => {
    clock.advance(24 * 3_600_000);
    toTheNextHour();
    clock.advance(-1);
    await record(call(1), call(1));
    await apps[0].get(CountEvents).sample();
    clock.advance(1);
    await record(call(1));
    await database.query(`DELETE FROM connections WHERE id = 'con_1'`);
    await apps[0].get(CountEvents).sample();
    clock.advance(1);
    await count();
    const { points } = (await overview()).activity;
    expect(points.slice(-2)).toMatchObject([
      { calls: { succeeded: 2 }, connections: { inactive: 2 } },
      { calls: { succeeded: 1 }, connections: { inactive: 1 } },
    ]);
  });
});

describe('old counts', () => {
  it('go, those of short intervals first', async () => {
    const now = clock.date();
    await apps[0].get(RollupsRepository).purge(new Date(now.getTime() + 3 * 86_400_000));
    const steps = await database.query('SELECT DISTINCT step FROM activity_rollups ORDER BY step');
    expect(steps).toEqual([{ step: 'day' }, { step: 'hour' }, { step: 'six_hours' }]);
  });
});

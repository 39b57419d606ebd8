import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialReaders, RoutePolicies, type Caller as Who } from '../../platform/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../../platform/testing/index.js';
import type { AuditFilter, LogPosition, AuditPosition } from './audit-filter.js';
import { AuditSearch } from './audit-search.js';
import { AuditSearchRepository } from './audit-search.repository.js';
import { LOOKED_AT } from './audit-search-sql.repository.js';
import { AuditModule } from '../audit.module.js';
import { SEEDED, seedAuditEvents } from '../testing/seed-audit-events.js';

const COUNT = 60_000;
const UNTIL = new Date();
/** Where the n-th event lies. */
const placeOf = (n: number): LogPosition => ({ seq: BigInt(n), at: ago(COUNT - n) });
const ago = (events: number) => new Date(UNTIL.getTime() - events * SEEDED.everyMs);

let world: World;
let database: TestDatabase;
let test: TestApp;
let steps: AuditSearchRepository;
beforeAll(async () => {
  world = await createWorld({ rooms: [AuditModule] });
  ({
    database,
    apps: [test],
  } = world);
  // The room that decides is to the left of this one.
  test.get(RoutePolicies).register({ ask: () => Promise.resolve(undefined) });
  await seedAuditEvents(database.query, COUNT, UNTIL);
  steps = test.get(AuditSearchRepository);
  test.get(CredentialReaders).register({
    read: (_, bearer) =>
      Promise.resolve(
        bearer === undefined ? undefined : (JSON.parse(Buffer.from(bearer, 'base64url').toString()) as Who),
      ),
  });
});
afterAll(() => world.close());

const as = (who: object) => new Caller(test.app, Buffer.from(JSON.stringify(who)).toString('base64url'));
const operator = () => as({ type: 'operator', id: 'opr_spec', role: 'owner', via: 'key' });

const FILTERS: readonly [string, AuditFilter, string][] = [
  ['everything of a user', { userId: 'user-7' }, `user_id = 'user-7'`],
  ['a user who has done little', { userId: SEEDED.rare }, `user_id = 'rare'`],
  ['a user who is unknown', { userId: 'nobody' }, 'false'],
  ['an agent who has done little', { agentId: SEEDED.rare }, `agent_id = 'rare'`],
  [
    'an operator',
    { operatorId: SEEDED.operator },
    `actor_type = 'operator' AND actor_id = '${SEEDED.operator}'`,
  ],
  [
    'an operator and a user',
    { operatorId: SEEDED.operator, userId: 'user-419' },
    `actor_type = 'operator' AND actor_id = '${SEEDED.operator}' AND user_id = 'user-419'`,
  ],
  ['a connection', { connectionId: 'con_user-7_1' }, `connection_id = 'con_user-7_1'`],
  [
    'a user and an agent',
    { userId: 'user-8', agentId: 'agent-2' },
    `user_id = 'user-8' AND agent_id = 'agent-2'`,
  ],
  ['a rare outcome', { outcome: 'denied' }, `outcome = 'denied'`],
  [
    'a type, an outcome and a target',
    { type: 'action.run', outcome: 'failed', target: 'github' },
    `type = 'action.run' AND outcome = 'failed' AND target = 'github'`,
  ],
  [
    'an action of a user',
    { userId: 'user-3', action: 'google-calendar.events.get' },
    `user_id = 'user-3' AND action = 'google-calendar.events.get'`,
  ],
  [
    'a stretch of time',
    { from: ago(45_050), to: ago(44_950) },
    `at >= '${ago(45_050).toISOString()}' AND at < '${ago(44_950).toISOString()}'`,
  ],
  [
    'a stretch of time of an agent',
    { agentId: 'agent-1', from: ago(50_000), to: ago(40_000) },
    `agent_id = 'agent-1' AND at >= '${ago(50_000).toISOString()}' AND at < '${ago(40_000).toISOString()}'`,
  ],
];

/** Every page of a search, put together. */
async function walked(filter: AuditFilter, direction: AuditPosition['direction'], limit: number) {
  const seqs: bigint[] = [];
  let pages = 0;
  let after: LogPosition | undefined;
  do {
    const step = await steps.step(filter, { direction, after }, limit);
    seqs.push(...step.positions.map(({ seq }) => seq));
    after = step.reached;
    pages++;
  } while (after !== undefined);
  return { seqs, pages };
}

const matching = async (condition: string, way: string) =>
  (
    await database.query<{ seq: string }>(
      `SELECT seq FROM audit_events WHERE ${condition} ORDER BY seq ${way}`,
    )
  ).map(({ seq }) => BigInt(seq));

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}
const nodes = (plan: Plan): string[] => [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodes)];

describe('a search of the audit log', () => {
  it.each(FILTERS)(
    'finds %s page by page, nothing twice and nothing left out',
    async (_, filter, condition) => {
      const newest = await walked(filter, 'newest_first', 40);
      expect(newest.seqs).toEqual(await matching(condition, 'DESC'));
      const oldest = await walked(filter, 'oldest_first', 97);
      expect(oldest.seqs).toEqual(await matching(condition, 'ASC'));
    },
  );

  it.each([...FILTERS, ['everything', {}, 'true'] satisfies (typeof FILTERS)[number]])(
    'walks one index in order for %s, and sorts and scans nothing, however far back',
    async (_, filter) => {
      for (const direction of ['newest_first', 'oldest_first'] as const) {
        const positions = filter.to ? [placeOf(COUNT - 45_000)] : [placeOf(1_000), placeOf(COUNT - 1_000)];
        for (const after of [undefined, ...positions]) {
          const [{ Plan: plan }] = (await steps.explain(filter, { direction, after }, 50)) as [
            { Plan: Plan },
          ];
          const found = nodes(plan);
          expect(found.filter((type) => /Sort|Seq Scan|Bitmap/.test(type))).toEqual([]);
          expect(found.some((type) => /^Index (Only )?Scan/.test(type))).toBe(true);
        }
      }
    },
  );

  it('walks the index of a user also where the statistics say that walking the whole log is cheaper', async () => {
    await database.query(`UPDATE pg_statistic SET stadistinct = 1, stanumbers1 = NULL, stavalues1 = NULL, stakind1 = 0
      WHERE starelid IN (SELECT oid FROM pg_class WHERE relname LIKE 'audit_events%') AND staattnum IN (
        SELECT attnum FROM pg_attribute WHERE attrelid = 'audit_events'::regclass AND attname = 'user_id')`);
    const plan = JSON.stringify(await steps.explain({ userId: 'user-7' }, { direction: 'newest_first' }, 50));
    expect(plan).toContain('user_id');
    expect(plan).not.toMatch(/"Index Name": ?"[^"]*pkey/);
    await database.query('ANALYZE audit_events');
  });

  it('looks at no more than so many events for a page, and says where to go on', async () => {
    const first = await steps.step({ target: 'none' }, { direction: 'newest_first' }, 50);
    expect(first).toEqual({ positions: [], reached: placeOf(COUNT - LOOKED_AT + 1) });
    const { pages } = await walked({ target: 'none' }, 'newest_first', 50);
    expect(pages).toBe(COUNT / LOOKED_AT + 1);
  });

  it('shows agents and users their own events only, whatever they ask for', async () => {
    const agent = as({ type: 'agent', id: 'agent-4', name: 'Spec', keyId: 'key', rawTokens: false });
    const own = await agent.get('/v1/audit-events?agentId=agent-5&limit=200');
    expect(own.body.data).toHaveLength(200);
    expect(new Set(own.body.data.map((event: { agentId: string }) => event.agentId))).toEqual(
      new Set(['agent-4']),
    );
    const user = as({ type: 'user', id: 'user-9' });
    const mine = await user.get('/v1/audit-events?limit=200');
    expect(new Set(mine.body.data.map((event: { userId: string }) => event.userId))).toEqual(
      new Set(['user-9']),
    );
  });

  it('follows its cursors to the end over HTTP, and refuses one that it did not give out', async () => {
    let cursor = '';
    let found = 0;
    do {
      const { body, status } = await operator().get(
        `/v1/audit-events?userId=user-12&target=github&limit=7${cursor && `&cursor=${cursor}`}`,
      );
      expect(status).toBe(200);
      found += body.data.length;
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(found).toBe((await matching(`user_id = 'user-12' AND target = 'github'`, 'DESC')).length);
    const wrong = await operator().get(
      `/v1/audit-events?cursor=${Buffer.from('evt_1').toString('base64url')}`,
    );
    expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
  });
});

describe('the list of the dashboard', () => {
  const LIST = '/v1/operator/audit-events';
  const filter = (wanted: object) => `filter=${encodeURIComponent(JSON.stringify(wanted))}`;

  it('counts what is few, and says * where counting would mean reading the log', async () => {
    const few = await operator().get(`${LIST}?${filter({ userId: 'user-7' })}&range=[0,9]`);
    expect(few.headers['content-range']).toBe(`audit-events 0-9/${COUNT / SEEDED.users}`);
    const many = await operator().get(`${LIST}?range=[20,29]`);
    expect(many.headers['content-range']).toBe('audit-events 20-29/*');
    expect(many.body[0].seq).toBe(COUNT - 20);
  });

  it('goes on by cursor, both ways', async () => {
    for (const order of ['DESC', 'ASC']) {
      const query = `${LIST}?sort=["seq","${order}"]&range=[0,9]&${filter({ agentId: 'agent-3' })}`;
      const first = await operator().get(query);
      const second = await operator().get(`${query}&cursor=${first.headers['valetkey-next-cursor']}`);
      const both = [...first.body, ...second.body].map(({ seq }: { seq: number }) => BigInt(seq));
      expect(both).toEqual((await matching(`agent_id = 'agent-3'`, order)).slice(0, 20));
    }
  });

  it('refuses a range that reaches too far back, and a filter that cannot be meant', async () => {
    const far = await operator().get(`${LIST}?range=[20000,20024]`);
    expect(far).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    const unknown = await operator().get(`${LIST}?${filter({ outcome: 'maybe' })}`);
    expect(unknown).toMatchObject({ status: 400, body: { detail: expect.stringContaining('outcome') } });
  });

  it('knows how many events there were since a time without counting them', async () => {
    expect(await test.get(AuditSearch).countSince(ago(1234))).toBe(1235);
    expect(await test.get(AuditSearch).countSince(new Date(Date.now() + 60_000))).toBe(0);
  });
});

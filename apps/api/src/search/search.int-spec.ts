import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentsModule } from '../agents/index.js';
import { Audit, AuditModule } from '../audit/index.js';
import { OperatorsModule } from '../operators/index.js';
import {
  Caller,
  createWorld,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { searchStatement } from './found-records.repository.js';
import { SearchModule } from './search.module.js';
import { readSearchText } from './search-text.js';

const GROWN = [
  `INSERT INTO connectors (id, target, preset, display_name, client_id, endpoints, options, source, updated_at)
   VALUES ('ctr_1', 'acme-mail', 'oauth2', 'Acme Mail', 'client', '{}', '{}', 'api', now())`,
  `INSERT INTO users (id, name, email, created_at)
   SELECT 'user|' || n, 'Person' || n || ' Number', 'person' || n || '@acme.example', now() - n * interval '1 minute'
   FROM generate_series(1, 10000) n`,
  `INSERT INTO connections (id, user_id, connector_id, account_id, account_name, account_email, scopes)
   SELECT 'con_01kb' || lpad(n::text, 22, '0'), 'user|' || n % 10000 + 1, 'ctr_1', 'account' || n, 'Box' || n, 'box' || n || '@mail.example', '{}'
   FROM generate_series(1, 30000) n`,
  `INSERT INTO tasks (id, user_id, caller_type, caller_id, action, input, status, effect_id)
   SELECT 'tsk_01kb' || lpad(n::text, 22, '0'), 'user|' || n % 10000 + 1, 'agent', 'agt_1', 'gmail.messages.send', '{}', 'succeeded', 'eff' || n
   FROM generate_series(1, 200000) n`,
  'ANALYZE users, connections, tasks',
];

let world: World;
let database: TestDatabase;
let app: TestApp;
beforeAll(async () => {
  world = await createWorld({ rooms: [SearchModule, AgentsModule, OperatorsModule, AuditModule] });
  database = world.database;
  [app] = world.apps;
  for (const statement of GROWN) await database.query(statement);
}, 120_000);
afterAll(() => world.close());

const search = (q: string) => Caller.operator(app.app).get(`/v1/operator/search?q=${encodeURIComponent(q)}`);
const found = async (q: string, kind: string): Promise<string[]> =>
  (await search(q)).body.data
    .filter((hit: { kind: string }) => hit.kind === kind)
    .map(({ id }: { id: string }) => id);
const task = (n: number) => `tsk_01kb${String(n).padStart(22, '0')}`;

describe('the search of operators', () => {
  it('finds users by id, name and e-mail, in any order, case and part', async () => {
    const texts = [
      'user|4711',
      'PERSON4711',
      'numb person4711',
      'person4711@acme.example',
      'acme person4711',
    ];
    for (const text of texts) expect([text, await found(text, 'user')]).toEqual([text, ['user|4711']]);
  });

  it('finds connections by account and user, and says whose they are', async () => {
    const { body } = await search('box4711@mail');
    expect(body.data).toEqual([
      { kind: 'connection', id: expect.any(String), name: 'Box4711', detail: 'Acme Mail · user|4712' },
    ]);
    expect(await found('user|4712', 'connection')).toHaveLength(3);
  });

  it('finds records by the beginning of an id, the newest first', async () => {
    expect(await found(task(4711), 'task')).toEqual([task(4711)]);
    expect(await found(task(4711).toUpperCase(), 'task')).toEqual([task(4711)]);
    expect(await found('tsk_01kb', 'task')).toEqual([200_000, 199_999, 199_998, 199_997, 199_996].map(task));
    expect(await found('con_01kb', 'connection')).toHaveLength(5);
    const agent = (await Caller.operator(app.app).post('/v1/agents', { name: 'Mail assistant' })).body;
    expect(await found(agent.id.slice(0, 12), 'agent')).toContain(agent.id);
    expect(await found('assist', 'agent')).toEqual([agent.id]);
  });

  it('finds an event of the log by its id', async () => {
    await app
      .get(Audit)
      .record({ type: 'user_token.created', outcome: 'succeeded', actor: { type: 'operator', id: 'opr_1' } });
    const [event] = await database.query<{ id: string }>(
      `SELECT id FROM audit_events WHERE type = 'user_token.created'`,
    );
    expect((await search(event?.id ?? '')).body.data).toEqual([
      { kind: 'audit_event', id: event?.id, name: 'user_token.created', detail: 'succeeded' },
    ]);
  });

  it('finds connectors, policies and actions by name', async () => {
    await Caller.operator(app.app).post('/v1/operator/policies', {
      name: 'no-mail-at-night',
      text: 'forbid (principal, action == Action::"gmail.messages.send", resource);',
    });
    expect(await found('acme mail', 'connector')).toEqual(['ctr_1']);
    expect(await found('mail night', 'policy')).toHaveLength(1);
    expect(await found('gmail.mess', 'action')).toContain('gmail.messages.send');
    expect(await found('send an e-mail', 'action')).toContain('gmail.messages.send');
  });

  it('gives few of each kind, an equal name first', async () => {
    await database.query(`INSERT INTO users (id, name, created_at) VALUES ('old', 'Person', '2020-01-01')`);
    const users = await found('person', 'user');
    expect(users).toHaveLength(5);
    await database.query(`DELETE FROM users WHERE id = 'old'`);
    expect(await found('user|1', 'user')).toContain('user|1');
  });

  it.each(['%', "'", '\\', '日本', '—', "q' | 'z", ':*', '&!()<->', '𝔸'.repeat(99), 'x'.repeat(200)])(
    'takes what is no word as it is: %s',
    async (text) => {
      expect(await search(text)).toMatchObject({ status: 200, body: { data: [] } });
    },
  );

  it.each(['', '   ', 'x'.repeat(201), '\0', 'a\0b'])(
    'refuses no text, too long a one and NUL: %j',
    async (text) => {
      expect((await search(text)).status).toBe(400);
    },
  );

  it('is for operators of every role, and for nobody else', async () => {
    const agent = await Caller.agent(app.app);
    expect((await agent.get('/v1/operator/search?q=a')).status).toBe(403);
    expect((await new Caller(app.app).get('/v1/operator/search?q=a')).status).toBe(401);
  });

  it.each(['person4711', 'p', 'acme', 'box4711 mail', 'tsk_01kb', task(4711), 'evt_01kb00'])(
    'reads none of the large tables as a whole: %s',
    async (text) => {
      const { text: sql, values } = searchStatement(readSearchText(text));
      const plan = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, values);
      const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(lines).not.toMatch(/Seq Scan on (users|connections|tasks|audit_events)/);
      expect(lines).toMatch(/users_search_idx/);
      expect(lines).toMatch(/connections_search_idx/);
    },
  );
});

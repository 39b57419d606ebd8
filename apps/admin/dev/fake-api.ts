/**
 * A stand-in for the operator API, for work on the dashboard alone: `node apps/admin/dev/fake-api.ts`, then
 * `npm run dev -w apps/admin`. Sign in with any of the emails below and the password "correct".
 * `POST /faults {"mode":"empty"|"slow"|"error"|"none"}` shows the states that good data hides.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import process from 'node:process';
import { agents, auditEvents, connections, connectors, taskEvents, tasks, users } from './fake-data.ts';

type Row = Record<string, unknown>;

class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(status: number, code: string, detail: string, headers: Record<string, string> = {}) {
    super(detail);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

const tables: Record<string, Row[]> = {
  users,
  connections,
  tasks,
  agents,
  connectors,
  'audit-events': auditEvents,
};
const roles: Record<string, string> = { 'owner@example.com': 'owner', 'auditor@example.com': 'auditor' };
let mode = 'none';
let wrongTries = 0;

const cookieOf = (request: IncomingMessage) => /operator=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];

const sessionOf = (request: IncomingMessage) => {
  const email = decodeURIComponent(cookieOf(request) ?? '');
  const role = roles[email];
  if (!role) throw new Problem(401, 'unauthenticated', 'Sign in first.');
  return { operator: { id: 'opr_1', email, role }, csrfToken: 'fake-csrf' };
};

const signIn = ({ email, password }: Row) => {
  if (wrongTries >= 5) {
    wrongTries = 0;
    throw new Problem(429, 'too_many_attempts', 'Too many attempts.', { 'Retry-After': '30' });
  }
  if (password !== 'correct' || !roles[String(email)]) {
    wrongTries += 1;
    throw new Problem(401, 'invalid_credentials', 'The email or the password is wrong.');
  }
  wrongTries = 0;
  return { operator: { id: 'opr_1', email, role: roles[String(email)] }, csrfToken: 'fake-csrf' };
};

const matches = (row: Row, [key, value]: [string, unknown]) => {
  if (Array.isArray(value)) return value.includes(row[key]);
  if (key === 'q') return JSON.stringify(row).toLowerCase().includes(String(value).toLowerCase());
  if (key === 'from') return String(row['at']) >= String(value);
  if (key === 'to') return String(row['at']) <= String(value);
  return row[key] === value;
};

const list = (resource: string, query: URLSearchParams, response: ServerResponse) => {
  const filter = Object.entries(JSON.parse(query.get('filter') ?? '{}') as Row);
  const [start = 0, end = 24] = JSON.parse(query.get('range') ?? '[0,24]') as number[];
  const [field = 'id', order = 'ASC'] = JSON.parse(query.get('sort') ?? '["id","ASC"]') as string[];
  const found =
    mode === 'empty'
      ? []
      : (tables[resource] ?? []).filter((row) => filter.every((one) => matches(row, one)));
  const collator = new Intl.Collator('en', { numeric: true });
  const sorted = found.toSorted((a, b) => collator.compare(String(a[field] ?? ''), String(b[field] ?? '')));
  if (order === 'DESC') sorted.reverse();
  response.setHeader('Content-Range', `${resource} ${start}-${end}/${found.length}`);
  return sorted.slice(start, end + 1);
};

const count = (rows: Row[], status: string) => rows.filter((row) => row['status'] === status).length;

const noCounts = {
  calls: { succeeded: 0, failed: 0, denied: 0 },
  tasks: { succeeded: 0, failed: 0, outcome_unknown: 0, canceled: 0 },
  refreshes: { succeeded: 0, failed: 0 },
};

const overview = () => ({
  period: { step: 'hour', from: new Date().toISOString(), to: new Date().toISOString(), uncounted: 0 },
  activity: { total: noCounts, points: [], connectors: [], agents: [] },
  users: users.length,
  connections: Object.fromEntries(
    ['active', 'expired', 'inactive'].map((s) => [s, mode === 'empty' ? 0 : count(connections, s)]),
  ),
  tasks:
    mode === 'empty'
      ? {}
      : Object.fromEntries(
          [...new Set(tasks.map(({ status }) => String(status)))].map((s) => [s, count(tasks, s)]),
        ),
  auditEvents24h: 131,
  agents: agents.length,
  circuits: mode === 'empty' ? [] : [{ provider: 'github', host: 'api.github.com', state: 'open' }],
  demo: {
    userId: 'ada',
    links: ['Google', 'GitHub', 'Dropbox'].map((name) => ({
      label: `Connect ${name}`,
      url: `http://localhost:3000/connect/${name}`,
    })),
  },
});

const find = (resource: string, id: string): Row => {
  const row = tables[resource]?.find((one) => one['id'] === id);
  if (!row) throw new Problem(404, 'not_found', 'There is no such record.');
  return row;
};

const commands: Record<string, (row: Row, rest: string[]) => unknown> = {
  'POST connections/refresh': (row) =>
    Object.assign(row, {
      status: 'active',
      lastRefreshedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  'DELETE connections': (row) =>
    Object.assign(row, {
      status: 'inactive',
      reason: 'disconnected',
      refreshable: false,
      expiresAt: undefined,
    }),
  'GET tasks/events': (row) => ({ data: taskEvents(row) }),
  'POST tasks/cancel': (row) =>
    Object.assign(row, { status: 'canceled', finishedAt: new Date().toISOString() }),
  'POST tasks/retry': (row) =>
    Object.assign(row, { status: 'queued', error: undefined, finishedAt: undefined }),
  'POST agents/keys': (row) => {
    (row['keys'] as Row[]).push({
      id: `key_${Date.now()}`,
      prefix: 'vk_agent_new0',
      createdAt: new Date().toISOString(),
    });
    return { id: 'key_new', key: 'vk_agent_new0made-up-for-development-only' };
  },
  'DELETE agents/keys': (row, [keyId]) => {
    const key = (row['keys'] as Row[]).find(({ id }) => id === keyId);
    if (key) key['revokedAt'] = new Date().toISOString();
    return undefined;
  },
};

const createAgent = ({ name, rawTokens }: Row) => {
  if (agents.some((agent) => agent['name'] === name))
    throw new Problem(409, 'name_taken', 'Another agent has this name.');
  const id = `agt_${Date.now()}`;
  agents.push({
    id,
    name,
    rawTokens,
    createdAt: new Date().toISOString(),
    keys: [{ id: 'key_9', prefix: 'vk_agent_new1', createdAt: new Date().toISOString() }],
  });
  return { id, name, key: 'vk_agent_new1made-up-for-development-only' };
};

const changeAgent = (row: Row, { disabled, ...rest }: Row) =>
  Object.assign(
    row,
    rest,
    disabled === undefined ? {} : { disabledAt: disabled ? new Date().toISOString() : undefined },
  );

const route = (request: IncomingMessage, response: ServerResponse, url: URL, body: Row): unknown => {
  const method = request.method ?? 'GET';
  const [resource = '', id, verb, ...rest] = url.pathname
    .replace('/v1/operator/', '')
    .split('/')
    .map(decodeURIComponent);
  const { operator } = sessionOf(request);
  if (method !== 'GET' && request.headers['valetkey-csrf'] !== 'fake-csrf')
    throw new Problem(403, 'csrf_token_invalid', 'The CSRF token is missing.');
  if (method !== 'GET' && operator.role === 'auditor')
    throw new Problem(403, 'forbidden', 'Auditors cannot change anything.');
  if (mode === 'error') throw new Problem(503, 'unavailable', 'The database does not answer.');
  if (resource === 'overview') return overview();
  if (!id) return method === 'POST' ? createAgent(body) : list(resource, url.searchParams, response);
  const row = find(resource, id);
  const command = commands[`${method} ${[resource, verb].filter(Boolean).join('/')}`];
  if (command) return command(row, rest);
  return method === 'PATCH' ? changeAgent(row, body) : row;
};

const session = (request: IncomingMessage, response: ServerResponse, body: Row): unknown => {
  const cookie = (value: string) =>
    response.setHeader('Set-Cookie', `operator=${value}; HttpOnly; Path=/; SameSite=Lax`);
  if (request.method === 'POST') {
    const made = signIn(body);
    cookie(encodeURIComponent(String(body['email'])));
    return made;
  }
  if (request.method === 'DELETE') {
    cookie('');
    return undefined;
  }
  return sessionOf(request);
};

const read = async (request: IncomingMessage): Promise<Row> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as Row) : {};
};

const answer = async (request: IncomingMessage, response: ServerResponse) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const body = await read(request);
  if (url.pathname === '/faults') {
    mode = String(body['mode']);
    return { mode };
  }
  if (url.pathname === '/v1/operator/session') return session(request, response, body);
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, 20_000));
  return route(request, response, url, body);
};

const port = Number(process.env['PORT'] ?? 3000);

createServer((request, response) => {
  answer(request, response)
    .then((result) => {
      response.statusCode = result === undefined ? 204 : 200;
      response.setHeader('Content-Type', 'application/json');
      response.end(result === undefined ? '' : JSON.stringify(result));
    })
    .catch((error: unknown) => {
      const { status, code, message, headers } =
        error instanceof Problem ? error : new Problem(500, 'internal', String(error));
      response.writeHead(status, { 'Content-Type': 'application/problem+json', ...headers });
      response.end(JSON.stringify({ title: code, status, detail: message, code }));
    });
}).listen(port, '127.0.0.1', () => process.stdout.write(`fake operator API on http://127.0.0.1:${port}\n`));

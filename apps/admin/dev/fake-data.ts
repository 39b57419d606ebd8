/** Made-up records for the development server, relative to now so that they never look old. */
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const google = 'https://www.googleapis.com/auth/';

export const users = [
  {
    id: 'ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    createdAt: ago(90_000),
    connectionCount: 3,
    lastSeenAt: ago(2),
  },
  {
    id: 'grace',
    name: 'Grace Hopper',
    email: 'grace@example.com',
    createdAt: ago(50_000),
    connectionCount: 1,
    lastSeenAt: ago(190),
  },
  { id: 'usr_9c1f', createdAt: ago(3000), connectionCount: 0 },
  ...Array.from({ length: 34 }, (_, n) => ({
    id: `user-${n + 1}`,
    email: `user-${n + 1}@example.com`,
    createdAt: ago(100_000 + n * 700),
    connectionCount: n % 3,
    lastSeenAt: ago(n * 400 + 30),
  })),
];

const connection = (id: string, more: object) => ({
  id,
  userId: 'ada',
  target: 'google',
  connectorName: 'Google',
  account: { id: '108214', name: 'Ada Lovelace', email: 'ada@example.com' },
  status: 'active',
  refreshable: true,
  scopes: ['openid', 'email', `${google}calendar.events`, `${google}gmail.send`],
  expiresAt: ago(-48),
  lastUsedAt: ago(3),
  lastRefreshedAt: ago(12),
  createdAt: ago(40_000),
  ...more,
});

export const connections: Record<string, unknown>[] = [
  connection('con_google_ada', {}),
  connection('con_google_ada_work', {
    alias: 'work',
    account: { id: '55871', email: 'ada.lovelace@analytical-engines.example' },
    status: 'expired',
    expiresAt: ago(95),
    scopes: [`${google}calendar.events.readonly`, `${google}drive.file`, 'custom.scope.nobody.knows'],
  }),
  connection('con_github_ada', {
    target: 'github',
    connectorName: 'GitHub',
    account: { id: '7', name: 'ada-l' },
    status: 'inactive',
    reason: 'revoked',
    refreshable: false,
    scopes: ['repo', 'read:user'],
    expiresAt: undefined,
    lastRefreshedAt: undefined,
  }),
  connection('con_dropbox_grace', {
    userId: 'grace',
    target: 'dropbox',
    connectorName: 'Dropbox',
    account: { id: 'dbid:AAC', name: 'Grace Hopper', email: 'grace@example.com' },
    status: 'expired',
    reason: 'refresh_failing',
    refreshable: true,
    expiresAt: ago(600),
    scopes: ['files.metadata.read', 'account_info.read'],
  }),
];

const actions = [
  'google-calendar.events.create',
  'google-calendar.events.list',
  'github.issues.create',
  'gmail.messages.send',
];
const statuses = [
  'running',
  'succeeded',
  'failed',
  'waiting_for_authorization',
  'outcome_unknown',
  'scheduled',
  'queued',
  'canceled',
  'waiting_for_approval',
];
const errors: Record<string, object> = {
  failed: { code: 'rate_limited', detail: 'GitHub refused the call five times because of its rate limit.' },
  outcome_unknown: {
    code: 'outcome_unknown',
    detail: 'The connection to Google broke after the request was sent.',
  },
};

export const tasks: Record<string, unknown>[] = Array.from({ length: 18 }, (_, n) => {
  const status = statuses[n % statuses.length] ?? 'queued';
  const ended = ['succeeded', 'failed', 'canceled', 'outcome_unknown'].includes(status);
  return {
    id: `tsk_${String(n + 1).padStart(4, '0')}`,
    userId: n % 4 === 3 ? 'grace' : 'ada',
    agentId: 'agt_demo',
    action: actions[n % actions.length],
    connectionId: 'con_google_ada',
    status,
    input: {
      calendarId: 'primary',
      summary: 'Review of the difference engine',
      start: ago(-1440),
      attendees: ['charles@example.com'],
    },
    output: status === 'succeeded' ? { id: 'evt8', htmlLink: 'https://calendar.example/evt8' } : undefined,
    error: errors[status],
    attempts: n % 4,
    createdAt: ago(n * 37 + 1),
    runAt: status === 'scheduled' ? ago(-90) : undefined,
    startedAt: ['queued', 'scheduled'].includes(status) ? undefined : ago(n * 37 + 0.9),
    finishedAt: ended ? ago(n * 37 + 0.85) : undefined,
  };
});

export const taskEvents = (task: Record<string, unknown>) => {
  const start = new Date(String(task['createdAt'])).getTime();
  const at = (ms: number) => new Date(start + ms).toISOString();
  const story: { at: string; status: unknown; message: string }[] = [
    { at: at(0), status: 'queued', message: 'Queued by agent demo-agent.' },
    { at: at(420), status: 'running', message: 'Attempt 1 started.' },
  ];
  if (task['status'] !== 'running' && task['status'] !== 'queued') {
    story.push({
      at: at(2900),
      status: task['status'],
      message: `Now ${String(task['status']).replaceAll('_', ' ')}.`,
    });
  }
  return task['status'] === 'queued' ? story.slice(0, 1) : story;
};

export const agents: Record<string, unknown>[] = [
  {
    id: 'agt_demo',
    name: 'demo-agent',
    createdAt: ago(90_000),
    rawTokens: true,
    keys: [
      { id: 'key_1', prefix: 'vk_agent_7Qd2', createdAt: ago(90_000), lastUsedAt: ago(3) },
      {
        id: 'key_0',
        prefix: 'vk_agent_1aFz',
        createdAt: ago(95_000),
        lastUsedAt: ago(91_000),
        revokedAt: ago(90_000),
      },
    ],
  },
  {
    id: 'agt_triage',
    name: 'issue-triage',
    createdAt: ago(8000),
    disabledAt: ago(60),
    rawTokens: false,
    keys: [{ id: 'key_2', prefix: 'vk_agent_Pw9x', createdAt: ago(8000) }],
  },
];

export const connectors = ['Google', 'GitHub', 'Dropbox'].map((displayName, n) => ({
  id: `cnr_${displayName.toLowerCase()}`,
  target: displayName.toLowerCase(),
  preset: displayName.toLowerCase(),
  displayName,
  clientId: `twin-${displayName.toLowerCase()}-client`,
  hasClientSecret: true,
  endpoints: {},
  prompts: [],
  offlineAccess: true,
  dropping: false,
  storedConnectionCount: [2, 1, 0][n],
  source: n === 2 ? 'file' : 'demo',
  storeTokens: true,
  disabledAt: n === 2 ? ago(2000) : undefined,
  connectionCount: [2, 1, 1][n],
  callbackUrl: `http://localhost:3000/oauth/callback/${displayName.toLowerCase()}`,
}));

const agent = { type: 'agent', id: 'agt_demo' };
const kinds = [
  {
    type: 'action.run',
    actor: agent,
    agentId: 'agt_demo',
    action: actions[0],
    connectionId: 'con_google_ada',
    outcome: 'succeeded',
    detail: { status: 200, durationMs: 312 },
  },
  {
    type: 'access_token.read',
    actor: agent,
    agentId: 'agt_demo',
    target: 'google',
    connectionId: 'con_google_ada',
    outcome: 'succeeded',
  },
  {
    type: 'action.run',
    actor: agent,
    agentId: 'agt_demo',
    action: actions[2],
    connectionId: 'con_github_ada',
    outcome: 'denied',
    detail: { code: 'insufficient_scope', missingScopes: ['repo'] },
  },
  {
    type: 'token_set.refreshed',
    actor: { type: 'system', id: 'system' },
    target: 'google',
    connectionId: 'con_google_ada',
    outcome: 'succeeded',
  },
  {
    type: 'action.run',
    actor: agent,
    agentId: 'agt_demo',
    action: actions[3],
    outcome: 'intended',
    detail: { inputFields: ['to', 'subject', 'text'] },
  },
  {
    type: 'connection.created',
    actor: { type: 'user', id: 'ada' },
    target: 'google',
    connectionId: 'con_google_ada',
    outcome: 'succeeded',
  },
  {
    type: 'action.run',
    actor: agent,
    agentId: 'agt_demo',
    action: actions[3],
    outcome: 'failed',
    detail: { code: 'rate_limited', retryAfterMs: 30_000 },
  },
  {
    type: 'operator.signed_in',
    actor: { type: 'operator', id: 'opr_1' },
    userId: undefined,
    outcome: 'succeeded',
    ip: '127.0.0.1',
  },
];

export const auditEvents = Array.from({ length: 319 }, (_, n) => ({
  id: `evt_${319 - n}`,
  seq: 319 - n,
  at: ago(n * 11 + 0.5),
  userId: n % 5 === 4 ? 'grace' : 'ada',
  requestId: `req_${1000 + n}`,
  detail: {},
  ...kinds[n % kinds.length],
}));

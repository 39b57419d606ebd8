/** An API that an operator brings by its OpenAPI document: from the preview to the call, over two processes. */
import {
  acmeDocument,
  ACME_TOKEN,
  modernMcp,
  startImporting,
  until,
  untilTask,
  type Importing,
} from './kit/index.js';

const PROVIDER = 'acme-notes';
const LIST = 'acme-notes.notes.list';
const CREATE = 'acme-notes.notes.create';
const ALL = ['notes/list', 'notes/create', 'notes/remove'];

let acme: Importing['acme'];
let { agent, agentId, elsewhere, operator, preview, bring, connect, run, importing, close } = {} as Importing;
beforeAll(async () => {
  ({ acme, agent, agentId, elsewhere, operator, preview, bring, connect, run, importing, close } =
    await startImporting());
});
afterAll(() => close());

/** As it is built: its thread is a file of its own. */
const BUILT = new URL('../libs/providers/dist/openapi/index.js', import.meta.url).href;

it('gives up a document that takes too long to read, while other work goes on', async () => {
  const { importInThread } = (await import(BUILT)) as typeof import('@valetkey/providers/openapi');
  const members = Array.from({ length: 200_000 }, (_, at) => `  k${at}: v`).join('\n');
  const provider = {
    ...{ id: 'acme-notes', apiBaseUrl: 'https://notes.example' },
    ...{ requestHeaders: [], sentHeaders: [], takenNames: [], routes: {} },
  };
  let turns = 0;
  const counting = setInterval(() => (turns += 1), 10);
  const reading = importInThread(
    { text: `openapi: 3.1.0\nx-long:\n${members}\n`, selection: [], provider: provider as never },
    500,
  );
  await expect(reading).rejects.toThrow('takes longer to read than 0.5 seconds');
  clearInterval(counting);
  expect(turns).toBeGreaterThan(5);
});

describe('before an import', () => {
  it('is for owners, and knows the provider', async () => {
    expect((await agent.post('/v1/operator/provider-previews', importing(ALL))).status).toBe(403);
    const unknown = await operator.post('/v1/operator/provider-previews', {
      ...importing(ALL),
      provider: 'nobody',
    });
    expect([unknown.status, unknown.body.code]).toEqual([404, 'unknown_provider']);
  });

  it('lists the operations of a document, and says what is wrong with one', async () => {
    const { offered, changes, actions } = await preview([]);
    expect(offered.map(({ operation }: { operation: string }) => operation)).toEqual(ALL);
    expect([changes, actions]).toEqual([[], []]);
    const bad = await operator.post('/v1/operator/provider-previews', importing([], '{"swagger":"2.0"}'));
    expect([bad.status, bad.body.code, bad.body.detail]).toEqual([
      400,
      'invalid_document',
      expect.stringContaining('convert it to OpenAPI 3.0'),
    ]);
  });

  it('shows what would become an action and what cannot, and stores nothing', async () => {
    const { changes, refused } = await preview([...ALL, 'notes/burn']);
    expect(
      changes.map(({ action, change, details }: Record<string, unknown>) => [action, change, details]),
    ).toEqual([
      [CREATE, 'added', ['POST /notes', 'write']],
      [LIST, 'added', ['GET /notes', 'read']],
      ['acme-notes.notes.remove', 'added', ['DELETE /notes/{id}', 'destructive']],
    ]);
    expect(refused).toEqual([{ operation: 'notes/burn', reason: 'the document has no such operation' }]);
    expect((await operator.get('/v1/operator/providers')).body).toEqual([]);
    expect((await run(agent, LIST)).body.code).toBe('unknown_action');
  });

  it('puts nothing else in force than a preview has shown', async () => {
    const { digest } = await preview(ALL);
    const send = (more: object) =>
      operator.post('/v1/operator/providers', { ...importing(ALL), digest, ...more });
    const other = await send({
      document: acmeDocument((paths) => (paths['/notes'].post.summary = 'Shred all notes')),
    });
    expect([other.status, other.body.code]).toEqual([409, 'import_changed']);
    const refused = await send({ operations: [...ALL, 'notes/burn'] });
    expect([refused.status, refused.body.code, refused.body.refused]).toEqual([
      400,
      'operations_refused',
      [{ operation: 'notes/burn', reason: 'the document has no such operation' }],
    ]);
    expect((await send({ digest: 'x' })).status).toBe(409);
  });
});

describe('imported actions', () => {
  beforeAll(async () => {
    const { status, body } = await bring(ALL);
    expect([status, body.version, body.actions]).toEqual([201, 1, [LIST, CREATE, 'acme-notes.notes.remove']]);
    expect((await connect('ada', ['notes.read', 'notes.write'])).status).toBe(201);
    expect((await connect('bob', ['notes.read'])).status).toBe(201);
  });

  it('are there in every process', async () => {
    await until('the other process to know them', async () => {
      const { body } = await elsewhere.get(`/v1/actions?provider=${PROVIDER}`);
      return body.data.length === 3;
    });
    const { body } = await elsewhere.get('/v1/actions?q=create+a+note&userId=ada');
    expect(body.data[0]).toMatchObject({
      id: CREATE,
      toolName: 'acme-notes__notes__create',
      effect: 'write',
      scopes: ['notes.write'],
      readiness: 'callable',
    });
  });

  it('run with the token of the user, which nobody sees', async () => {
    const { status, body, text } = await run(agent, LIST);
    expect([status, body.output.body.notes, body.output.next]).toEqual([200, ['first'], { cursor: 'page2' }]);
    expect(text).not.toContain(ACME_TOKEN);
    expect((await run(elsewhere, LIST, body.output.next)).body.output).toEqual({ body: { notes: [] } });
    const { body: events } = await operator.get(`/v1/audit-events?action=${LIST}&type=action.run`);
    expect(events.data[0]).toMatchObject({
      outcome: 'succeeded',
      userId: 'ada',
      providerStatus: 200,
      scopes: ['notes.read', 'notes.write'],
    });
  });

  it('refuse input that is not theirs, and lead to what is missing', async () => {
    const invalid = await run(agent, CREATE, { text: 'x', more: 1 });
    expect([invalid.status, invalid.body.code]).toEqual([400, 'invalid_input']);
    const missing = await run(agent, CREATE, { text: 'x' }, 'bob');
    expect([missing.status, missing.body.code, missing.body.missingScopes]).toEqual([
      403,
      'insufficient_scope',
      ['notes.write'],
    ]);
    expect(missing.body.authorizationUri).toMatch(/\/connect\//);
  });

  it('are tasks', async () => {
    const { body } = await agent.post('/v1/tasks', {
      userId: 'ada',
      action: CREATE,
      input: { text: 'by a task' },
    });
    expect(await untilTask(agent, body.id)).toMatchObject({
      status: 'succeeded',
      output: { body: { id: 1 } },
    });
    expect(acme.notes).toContain('by a task');
  });

  it('are decided on by rules that look at their arguments, tried out first, and by a person', async () => {
    const text = `@require_approval("operator") forbid (principal, action == Action::"${CREATE}", resource) when { context.input.text like "*secret*" };`;
    const { body: policy } = await operator.post('/v1/operator/policies', { name: 'secrets', text });
    const principal = { type: 'agent', id: agentId };
    const ask = (input: object) =>
      operator.post('/v1/operator/policy-decisions', { principal, userId: 'ada', action: CREATE, input });
    expect((await ask({ text: 'a secret' })).body.decision).toBe('require_approval');
    expect((await ask({ text: 'plain' })).body.decision).toBe('allow');
    const { body: task } = await agent.post('/v1/tasks', {
      userId: 'ada',
      action: CREATE,
      input: { text: 'a secret' },
    });
    const waiting = await untilTask(agent, task.id, ['waiting_for_approval']);
    const approval = await operator.get(`/v1/approvals/${waiting.approval.id}`);
    expect(JSON.stringify(approval.body)).toContain('Create a note: POST /notes at Acme Notes.');
    expect(
      (await operator.post(`/v1/approvals/${waiting.approval.id}/decision`, { decision: 'approve' })).status,
    ).toBeLessThan(300);
    expect((await untilTask(agent, task.id)).status).toBe('succeeded');
    expect(acme.notes.filter((note) => note === 'a secret')).toHaveLength(1);
    const wrong = await operator.post('/v1/operator/policies', {
      name: 'wrong',
      text: text.replace('notes.create', 'notes.craete'),
    });
    expect(wrong.body.detail).toContain(CREATE);
    await operator.delete(`/v1/operator/policies/${policy.id}`);
  });

  it('are what a rule forbids, also past them through the proxy', async () => {
    const text = `forbid (principal, action == Action::"${CREATE}", resource);`;
    const { body: policy } = await operator.post('/v1/operator/policies', { name: 'no new notes', text });
    const proxied = () =>
      agent.post(`/v1/proxy/${PROVIDER}/notes`, { text: 'proxied' }, { 'valetkey-user': 'ada' });
    expect((await proxied()).body.code).toBe('policy_denied');
    await operator.delete(`/v1/operator/policies/${policy.id}`);
    expect((await proxied()).status).toBe(201);
  });

  it('are tools of MCP clients', async () => {
    const { body: session } = await agent.post('/v1/sessions', {
      userId: 'ada',
      tools: { allow: [PROVIDER] },
    });
    const mcp = await modernMcp(agent.as(session.token));
    const tools = await mcp.list();
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['acme-notes__notes__list', 'acme-notes__notes__create']),
    );
    const { structuredContent } = await mcp.call('acme-notes__notes__list');
    expect(structuredContent.body.notes[0]).toBe('first');
    await mcp.close();
  });
});

describe('an import that is made again', () => {
  const changed = acmeDocument((paths) => {
    paths['/notes'].post.requestBody.content['application/json'].schema.properties['folder'] = {
      type: 'string',
    };
  });

  it('shows what would change, and then changes that alone', async () => {
    const operations = ['notes/list', { operation: 'notes/create', effect: 'destructive' }];
    const shown = await preview(operations, changed);
    expect(shown.changes).toEqual([
      { action: CREATE, change: 'changed', details: ['effect: write → destructive', 'input: folder is new'] },
      { action: 'acme-notes.notes.remove', change: 'removed', details: [] },
    ]);
    expect((await preview(ALL)).changes).toEqual([]);
    const { status, body } = await bring(operations, changed);
    expect([status, body.version, body.versions.length]).toEqual([201, 2, 2]);
    expect(body.operations[1].input.properties).toHaveProperty('folder');
    expect((await run(agent, 'acme-notes.notes.remove', { id: '1' })).body.code).toBe('unknown_action');
    const late = await operator.post('/v1/operator/providers', {
      ...importing(operations, changed),
      digest: shown.digest,
    });
    expect([late.status, late.body.code]).toEqual([409, 'import_changed']);
  });

  it('takes an approval of an action as it was for no other', async () => {
    const text = `@require_approval("any") forbid (principal, action == Action::"${CREATE}", resource);`;
    const { body: policy } = await operator.post('/v1/operator/policies', { name: 'ask', text });
    const asked = { userId: 'ada', action: CREATE, input: { text: 'approved as it was' } };
    const { body: task } = await agent.post('/v1/tasks', asked);
    const { approval } = await untilTask(agent, task.id, ['waiting_for_approval']);
    expect((await bring(ALL, changed)).status).toBe(201);
    await until('the process that runs tasks to know', async () => {
      const { body } = await elsewhere.get(`/v1/actions?provider=${PROVIDER}&effect=destructive`);
      return body.data.length === 1;
    });
    await operator.post(`/v1/approvals/${approval.id}/decision`, { decision: 'approve' });
    const ended = await untilTask(agent, task.id);
    expect([ended.status, ended.error.code]).toEqual(['failed', 'approval_void']);
    expect(ended.error.detail).toContain('the action itself, has changed');
    expect(acme.notes).not.toContain('approved as it was');
    await operator.delete(`/v1/operator/policies/${policy.id}`);
  });

  it('ends a task whose action has gone, and says so', async () => {
    const { body } = await agent.post('/v1/tasks', {
      userId: 'ada',
      action: LIST,
      input: {},
      runAt: new Date(Date.now() + 4_000).toISOString(),
    });
    const removed = await operator.delete(`/v1/operator/providers/${PROVIDER}`);
    expect(removed.status).toBe(204);
    expect(await untilTask(agent, body.id)).toMatchObject({
      status: 'failed',
      error: { code: 'unknown_action', detail: expect.stringContaining(LIST) },
    });
  });

  it('is gone everywhere once it is deleted, and each step is on record', async () => {
    expect((await operator.get(`/v1/operator/providers/${PROVIDER}`)).status).toBe(404);
    expect((await operator.delete(`/v1/operator/providers/${PROVIDER}`)).status).toBe(404);
    await until('the other process to forget them', async () => (await run(elsewhere, LIST)).status === 404);
    const types = async (type: string) => (await operator.get(`/v1/audit-events?type=${type}`)).body.data;
    expect((await types('provider.imported')).map(({ detail }: { detail: object }) => detail)).toMatchObject([
      { provider: PROVIDER, version: 3, added: 1, changed: 1 },
      { provider: PROVIDER, version: 2, added: 0, changed: 1, removed: 1 },
      { provider: PROVIDER, version: 1, added: 3, document: 'Acme Notes 2026-11' },
    ]);
    expect(await types('provider.removed')).toHaveLength(1);
  });
});

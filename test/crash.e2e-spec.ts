import {
  Client,
  hostedConnect,
  startServer,
  startStack,
  until,
  untilTask,
  type Server,
  type Stack,
} from './kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const SEND = 'https://www.googleapis.com/auth/gmail.send';
const CREATE = 'google-calendar.events.create';
const newEvent = (summary: string) => ({
  summary,
  start: { date: '2027-07-01' },
  end: { date: '2027-07-02' },
});

describe('the server and its database killed in mid-task', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ targets: ['google'] });
    await stack.connected('crash', { target: 'google', scope: `${EVENTS} ${SEND}` });
  });
  afterAll(() => stack.close());
  afterEach(() => stack.twin.control.clearFaults());

  const eventsNamed = (summary: string) =>
    stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes(summary));

  /** Kills everything when `reached` is true, starts again and gives the task as it ended. */
  async function crashDuring(action: string, input: object, reached: () => boolean) {
    const { body } = await stack.agent.client.post('/v1/tasks', { userId: 'crash', action, input });
    await until('the moment to crash', reached, { everyMs: 10 });
    await stack.server.killEverything();
    stack.twin.control.clearFaults();
    await stack.server.restart();
    return untilTask(stack.agent.client, body.id, undefined, 60_000);
  }

  it('does not act twice when the provider had acted', async () => {
    const match = { path: '/calendar/v3', method: 'POST' };
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'slow',
      delayMs: 20_000,
      match,
      afterEffect: true,
    });
    const task = await crashDuring(
      CREATE,
      newEvent('Crash after'),
      () => eventsNamed('Crash after').length > 0,
    );
    expect(task).toMatchObject({ status: 'succeeded', output: { summary: 'Crash after' } });
    expect(eventsNamed('Crash after')).toHaveLength(1);
  });

  it('acts once when the provider had not acted yet', async () => {
    const match = { path: '/calendar/v3', method: 'POST' };
    stack.twin.control.addFault({ provider: 'google', fault: 'hang', match, times: 1 });
    stack.twin.control.clearCalls();
    const arrived = () => stack.twin.control.calls({ path: '/calendar/v3' }).length > 0;
    const task = await crashDuring(CREATE, newEvent('Crash before'), arrived);
    expect(task).toMatchObject({ status: 'succeeded' });
    expect(eventsNamed('Crash before')).toHaveLength(1);
  });

  it('parks a mail that nobody can ask for', async () => {
    const sent = () =>
      stack.twin.control.state().google.mailsSent.filter(({ text }) => text.includes('Crash mail')).length;
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'slow',
      delayMs: 20_000,
      match: { path: '/gmail/v1', method: 'POST' },
      afterEffect: true,
    });
    const input = { to: ['bob@example.com'], subject: 'Crash mail', text: 'Hello' };
    const task = await crashDuring('gmail.messages.send', input, () => sent() > 0);
    expect(task).toMatchObject({ status: 'outcome_unknown', error: { code: 'outcome_unknown' } });
    expect(sent()).toBe(1);
  });

  it('still knows connections, audit and the intent of what was interrupted', async () => {
    const { body: connections } = await stack.agent.client.get('/v1/connections?userId=crash');
    expect(connections.data).toEqual([expect.objectContaining({ status: 'active', refreshable: true })]);
    const { body: audit } = await stack.agent.client.get(
      '/v1/audit-events?userId=crash&type=action.run&outcome=intended&limit=200',
    );
    expect(audit.data.length).toBeGreaterThanOrEqual(3);
    const user = await stack.user('crash');
    expect((await user.get('/my-account/identities/google/access-token')).status).toBe(200);
  });
});

it('comes back from the death of everything, the demo and its twin included', async () => {
  const server = await startServer({ env: { VALETKEY_DEMO: 'on' } });
  const agent = new Client(server.url, server.agentKey as string);
  const link = await agent.post('/v1/authorizations', {
    userId: 'demo-user',
    target: 'google',
    actions: [CREATE],
  });
  const { body: token } = await agent.post('/v1/users/demo-user/tokens', {});
  await hostedConnect(link.body.authorizationUri, token.accessToken);
  const twin = await twinOf(server);
  await twin.post('/control/faults', {
    provider: 'google',
    fault: 'slow',
    delayMs: 20_000,
    match: { path: '/calendar/v3', method: 'POST' },
  });
  const { body: task } = await agent.post('/v1/tasks', {
    userId: 'demo-user',
    action: CREATE,
    input: newEvent('Demo crash'),
  });
  await until('the call', async () =>
    (await twin.get('/control/calls?path=/calendar/v3')).text.includes('"POST"'),
  );

  await server.killEverything();
  await server.restart();
  expect(await untilTask(agent, task.id, undefined, 60_000)).toMatchObject({ status: 'succeeded' });
  const { body: state } = await (await twinOf(server)).get('/control/state');
  expect(JSON.stringify(state.google.events).match(/Demo crash/g)).toHaveLength(1);
  expect(server.agentKey).toBe(agent.credential);
  await server.destroy();
});

async function twinOf(server: Server): Promise<Client> {
  const url = await until(
    'the twin',
    () => /provider twin at (http:\S+?);/.exec(server.output().split('Valetkey is ready').at(-1) ?? '')?.[1],
  );
  return new Client(url);
}

it('answers the request and keeps the task that SIGTERM found on their way', async () => {
  const stack = await startStack({ targets: ['google'] });
  await stack.connected('drain', { target: 'google', scope: EVENTS });
  stack.twin.control.clearCalls();
  stack.twin.control.addFault({
    provider: 'google',
    fault: 'slow',
    delayMs: 2_000,
    match: { path: '/calendar/v3' },
  });
  const request = stack.agent.client.post(`/v1/actions/google-calendar.events.list`, {
    userId: 'drain',
    input: {},
  });
  const { body: task } = await stack.agent.client.post('/v1/tasks', {
    userId: 'drain',
    action: CREATE,
    input: newEvent('Drained'),
  });
  await until('both calls', () => stack.twin.control.calls({ path: '/calendar/v3' }).length === 2);

  const stopping = stack.server.stop();
  expect((await request).status).toBe(200);
  await stopping;
  expect(stack.server.exitCode).toBe(0);

  stack.twin.control.clearFaults();
  await stack.server.restart();
  expect(await untilTask(stack.agent.client, task.id)).toMatchObject({ status: 'succeeded', attempts: 1 });
  expect(
    stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes('Drained')),
  ).toHaveLength(1);
  await stack.close();
});

import {
  Client,
  hostedConnect,
  startServer,
  startStack,
  until,
  untilTask,
  type Server,
  type Stack,
} from '../kit/index.js';

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
  /** How the tasks ended that were on their way. */
  let ended: Record<'before' | 'after' | 'mail', object>;

  const queue = async (action: string, input: object): Promise<string> =>
    (await stack.agent.client.post('/v1/tasks', { userId: 'crash', action, input })).body.id;
  const end = (id: string) => untilTask(stack.agent.client, id, undefined, 60_000);
  const eventsNamed = (summary: string) =>
    stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes(summary));
  const mailsSent = () =>
    stack.twin.control.state().google.mailsSent.filter(({ text }) => text.includes('Crash mail')).length;

  // One crash for all three: most of its time goes by waiting until a worker may take up what another had.
  beforeAll(async () => {
    stack = await startStack({ targets: ['google'] });
    await stack.connected('crash', { target: 'google', scope: `${EVENTS} ${SEND}` });
    const { control } = stack.twin;
    const calendar = { path: '/calendar/v3', method: 'POST' };
    const answersLate = { provider: 'google', fault: 'slow', delayMs: 20_000, afterEffect: true } as const;
    const often = { everyMs: 10 };

    control.addFault({ provider: 'google', fault: 'hang', match: calendar, times: 1 });
    control.clearCalls();
    const before = await queue(CREATE, newEvent('Crash before'));
    await until('a call that has no effect', () => control.calls({ path: calendar.path }).length > 0, often);
    control.addFault({ ...answersLate, match: calendar });
    control.addFault({ ...answersLate, match: { path: '/gmail/v1', method: 'POST' } });
    const after = await queue(CREATE, newEvent('Crash after'));
    const input = { to: ['bob@example.com'], subject: 'Crash mail', text: 'Hello' };
    const mail = await queue('gmail.messages.send', input);
    await until('both effects', () => eventsNamed('Crash after').length > 0 && mailsSent() > 0, often);

    await stack.server.killEverything();
    control.clearFaults();
    await stack.server.restart();
    ended = { before: await end(before), after: await end(after), mail: await end(mail) };
  });
  afterAll(() => stack.close());

  it('does not act twice when the provider had acted', () => {
    expect(ended.after).toMatchObject({ status: 'succeeded', output: { summary: 'Crash after' } });
    expect(eventsNamed('Crash after')).toHaveLength(1);
  });

  it('acts once when the provider had not acted yet', () => {
    expect(ended.before).toMatchObject({ status: 'succeeded' });
    expect(eventsNamed('Crash before')).toHaveLength(1);
  });

  it('parks a mail that nobody can ask for', () => {
    expect(ended.mail).toMatchObject({ status: 'outcome_unknown', error: { code: 'outcome_unknown' } });
    expect(mailsSent()).toBe(1);
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

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectorsService } from '../connectors/index.js';
import { Caller, type TwinWorld } from '../platform/testing/index.js';
import { RunTask } from './run-task.js';
import { CALENDAR, createTaskWorld, eventsNamed, newEvent, queued } from './testing/task-world.js';

const LIST = '/v1/actions/google-calendar.events.list';
let world: TwinWorld;
let agent: Caller;
let connectionId: string;
let path: string;
beforeAll(async () => {
  world = await createTaskWorld('api');
  agent = await world.agent();
  connectionId = await (await world.user('ada')).connect('google', CALENDAR.write);
  const google = await world.apps[0].get(ConnectorsService).findConnector('google');
  path = `/v1/operator/connectors/${google?.id}`;
});
afterAll(() => world.close());

const operator = () => Caller.operator(world.apps[0].app);
const codeOf = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code];
const run = (id: string) => world.apps[0].get(RunTask).runTask(id);

describe('what needs a disabled connector', () => {
  it('is refused with that code, sends nothing, and works again once it is enabled', async () => {
    const task = await queued(agent, newEvent('ada', 'asleep'));
    await operator().post(`${path}/disable`, { tokens: 'keep' });
    world.twin.control.clearCalls();
    const disabled = [403, 'connector_disabled'];
    expect(codeOf(await agent.post(LIST, { userId: 'ada', input: {} }))).toEqual(disabled);
    expect(codeOf(await agent.post(LIST, { userId: 'ada', connectionId, input: {} }))).toEqual(disabled);
    expect(codeOf(await agent.post(LIST, { userId: 'nobody', input: {} }))).toEqual(disabled);
    const raw = await agent.get('/v1/proxy/google-calendar/users/me/calendarList', {
      'valetkey-user': 'ada',
    });
    expect(codeOf(raw)).toEqual(disabled);
    await run(task);
    expect((await agent.get(`/v1/tasks/${task}`)).body).toMatchObject({
      status: 'failed',
      error: { code: 'connector_disabled' },
    });
    expect((await agent.get('/v1/tools?format=mcp&userId=ada')).status).toBe(200);
    expect(world.twin.control.calls({ provider: 'google' })).toEqual([]);

    await operator().post(`${path}/enable`);
    expect((await agent.post(LIST, { userId: 'ada', input: {} })).status).toBe(200);
    expect((await agent.post(`/v1/tasks/${task}/retry`)).status).toBe(200);
    await run(task);
    expect(eventsNamed(world, 'asleep')).toBe(1);
  });

  it('names a connection at another disabled connector as that, not as a mistake of the caller', async () => {
    const github = await (await world.user('ada')).connect('github', 'repo');
    const { id } = (await world.apps[0].get(ConnectorsService).findConnector('github')) ?? {};
    await operator().post(`/v1/operator/connectors/${id}/disable`, { tokens: 'keep' });
    const answer = await agent.post(LIST, { userId: 'ada', connectionId: github, input: {} });
    expect(codeOf(answer)).toEqual([403, 'connector_disabled']);
  });
});

describe('an action over a connector that stores no tokens', () => {
  it('is refused without a link that would not help', async () => {
    const { body } = await operator().get(path);
    const { clientId, endpoints } = body;
    await operator().post(`${path}/disable`, { tokens: 'drop' });
    const proof = { target: 'proof', preset: 'google', clientId, endpoints, storeTokens: false };
    expect((await operator().post('/v1/operator/connectors', proof)).status).toBe(201);
    const answer = await agent.post(LIST, { userId: 'ada', input: {} });
    expect(codeOf(answer)).toEqual([422, 'token_storage_disabled']);
    expect(answer.body).not.toHaveProperty('authorizationUri');
  });
});

/** The guide's story as an app, a user and an agent live it. Every step is a real call; a wrong answer ends it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { answerConsent } from '@valetkey/twin';
import { Browser } from './demo-browser.ts';

export interface DemoSession {
  readonly url: string;
  readonly twinUrl: string;
  readonly userId: string;
  readonly agentKey: string;
}

interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body;
}

/** Calls our API; what the answer holds is the caller's word, and every step checks its status. */
type Call = <Body = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
) => Promise<Answer<Body>>;

interface TaskBody {
  readonly id: string;
  readonly status: string;
  readonly output?: { readonly event?: CalendarEvent } & CalendarEvent;
  readonly error?: { readonly authorizationUri: string; readonly missingScopes: string[] };
}

interface CalendarEvent {
  readonly id?: string;
  readonly summary?: string;
}

const APP = 'http://localhost:8080';
const CALLBACK = `${APP}/callback`;
const READ = 'https://www.googleapis.com/auth/calendar.events.readonly';

let steps = 0;

function step(title: string): void {
  steps += 1;
  console.log(`\n${steps}. ${title}`);
}

function tell(text: string): void {
  console.log(`   ${text}`);
}

function expect(condition: boolean, wanted: string, answer?: Answer<unknown>): void {
  if (condition) return;
  throw new Error(
    `step ${steps}: ${wanted}${answer ? `, but the answer was ${answer.status} ${JSON.stringify(answer.body)}` : ''}`,
  );
}

export async function tellStory(session: DemoSession): Promise<void> {
  const userId = `${session.userId}-${Date.now().toString(36)}`;
  const as =
    (bearer: string): Call =>
    async <Body>(method: string, path: string, body?: unknown) => {
      const headers = {
        authorization: `Bearer ${bearer}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      };
      const response = await fetch(session.url + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Body };
    };
  const agent = as(session.agentKey);

  step('The app signs its user in at Valetkey');
  const minted = await agent('POST', `/v1/users/${userId}/tokens`, {});
  expect(minted.status === 201, 'a user token was expected', minted);
  const userToken = String(minted.body['accessToken']);
  const user = as(userToken);
  tell(`A token that speaks for ${userId} alone, until ${String(minted.body['expiresAt'])}.`);

  await connect(user);
  await readCalendar(agent, userId);
  const task = await lackScope(agent, userId);
  await grantMore(session, userToken, task);
  await seeTask(agent, task.id);
  await seeTraces(agent, userId);
}

async function connect(user: Call): Promise<void> {
  step('Is there a Google token for this user?');
  const none = await user<null>('GET', '/my-account/identities/google/access-token');
  expect(none.status === 404 && none.body === null, 'no token was expected', none);
  tell('None yet: 404, null.');

  step('The user connects Google, with permission to read events only');
  const state = crypto.randomUUID();
  const started = await user('POST', '/api/verification/social', {
    connectorId: 'google',
    state,
    redirectUri: CALLBACK,
    scope: READ,
  });
  expect(started.status === 201, 'an authorization was expected', started);
  const callback = new URL(await answerConsent(String(started.body['authorizationUri'])));
  tell('They clicked Allow on the consent page; the provider sent them back with a code.');
  const verificationRecordId = String(started.body['verificationRecordId']);
  const connectorData = {
    code: callback.searchParams.get('code'),
    state: callback.searchParams.get('state'),
    redirectUri: CALLBACK,
  };
  const verified = await user('POST', '/api/verification/social/verify', {
    verificationRecordId,
    connectorData,
  });
  expect(verified.status === 200, 'a verified record was expected', verified);
  const stored = await user('PUT', '/my-account/identities/google/access-token', { verificationRecordId });
  expect(stored.status === 200, 'a stored token was expected', stored);
  tell(`Tokens sealed. Granted: ${String(stored.body['scope'])}`);
}

async function readCalendar(agent: Call, userId: string): Promise<void> {
  step('The agent reads the calendar, without ever seeing a token');
  const listed = await agent<{ output: { events: CalendarEvent[] } }>(
    'POST',
    '/v1/actions/google-calendar.events.list',
    { userId, input: {} },
  );
  expect(listed.status === 200, 'events were expected', listed);
  const { events } = listed.body.output;
  tell(`${events.length} events, the first: ${events[0]?.summary ?? '(none)'}`);
}

async function lackScope(agent: Call, userId: string): Promise<{ id: string; authorizationUri: string }> {
  step('The agent queues a task that needs more: create an event');
  const start = new Date(Date.now() + 86_400_000).toISOString();
  const end = new Date(Date.now() + 90_000_000).toISOString();
  const input = { summary: 'Lunch with Grace', start: { dateTime: start }, end: { dateTime: end } };
  const queued = await agent('POST', '/v1/tasks', { userId, action: 'google-calendar.events.create', input });
  expect(queued.status === 202, 'a queued task was expected', queued);
  const id = String(queued.body['id']);
  const waiting = await untilStatus(agent, id, ['waiting_for_authorization']);
  const { authorizationUri = '', missingScopes = [] } = waiting.body.error ?? {};
  tell(`Task ${id} waits for the user. Missing: ${missingScopes.join(', ')}`);
  tell(`The link that fixes it: ${authorizationUri}`);
  return { id, authorizationUri };
}

async function grantMore(
  session: DemoSession,
  userToken: string,
  task: { authorizationUri: string },
): Promise<void> {
  step('The user opens the link and grants the one thing that is missing');
  const browser = new Browser();
  const id = task.authorizationUri.split('/').at(-1) ?? '';
  const stranger = await browser.get(task.authorizationUri);
  expect(stranger.status === 401, 'a visitor without proof should be turned away');
  tell('The link alone opens nothing: the page asks who is there.');
  await browser.post(`${session.url}/connect/session`, { user_token: userToken, continue: id }, APP);
  const begun = await browser.post(task.authorizationUri, {});
  expect(begun.status === 303, `the way to the provider was expected, not ${begun.status}`);
  const callback = await answerConsent(begun.headers.get('location') ?? '');
  const finished = await browser.get(callback);
  const landed = await browser.get(finished.headers.get('location') ?? callback);
  expect(landed.status === 200, `a finished authorization was expected, not ${landed.status}`);
  tell('The app vouched for its user, the user clicked Allow, and the earlier permission was kept.');
}

async function seeTask(agent: Call, id: string): Promise<void> {
  step('The waiting task goes on by itself');
  const done = await untilStatus(agent, id, ['succeeded']);
  const event = done.body.output?.event ?? done.body.output;
  tell(`succeeded: "${event?.summary ?? ''}" is in the calendar as ${event?.id ?? ''}`);
}

async function seeTraces(agent: Call, userId: string): Promise<void> {
  step('What everybody can see afterwards');
  const { body } = await agent<{
    data: { target: string; account: { email?: string }; status: string; refreshable: boolean }[];
  }>('GET', `/v1/connections?userId=${userId}`);
  for (const connection of body.data) {
    tell(
      `connection: ${connection.target} (${connection.account.email ?? '?'}) is ${connection.status}${connection.refreshable ? ', refreshed by itself' : ''}`,
    );
  }
  const events = await agent<{ data: { at: string; type: string; outcome: string; action?: string }[] }>(
    'GET',
    `/v1/audit-events?userId=${userId}&limit=8`,
  );
  const { data } = events.body;
  expect(data.length > 0, 'audit events were expected', events);
  for (const event of data)
    tell(
      `audit: ${event.at.slice(11, 19)} ${event.type} ${event.action ?? ''} ${event.outcome}`.replace(
        / +/g,
        ' ',
      ),
    );
}

async function untilStatus(agent: Call, id: string, wanted: readonly string[]): Promise<Answer<TaskBody>> {
  for (const patience = Date.now() + 20_000; Date.now() < patience; await sleep(150)) {
    const task = await agent<TaskBody>('GET', `/v1/tasks/${id}`);
    if (wanted.includes(task.body.status)) return task;
    expect(
      !['failed', 'canceled', 'outcome_unknown'].includes(task.body.status),
      `a task that is ${wanted.join(' or ')} was expected`,
      task,
    );
  }
  throw new Error(`step ${steps}: the task did not become ${wanted.join(' or ')} in 20 s`);
}

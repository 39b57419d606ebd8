import { answerConsent } from '@valetkey/twin';
import { guideFunctions } from './fixtures/guide-functions.js';
import { APP_CALLBACK, startStack, type Client, type Stack } from './kit/index.js';

const CALENDAR = 'https://www.googleapis.com/auth/calendar';
const EVENTS = `${CALENDAR}.events`;
const READ_ONLY = `${CALENDAR}.events.readonly`;

const event = (summary: string) => ({
  summary,
  start: { dateTime: '2027-03-01T10:00:00Z' },
  end: { dateTime: '2027-03-01T11:00:00Z' },
});

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
});
afterAll(() => stack.close());

/** The guide's functions for one user's browser. */
function guideFor(googleConnectorId = 'google') {
  const storage = new Map<string, string>();
  const window = { location: { href: '' } };
  const functions = guideFunctions({
    host: stack.server.url,
    googleCalendarApi: `${stack.twin.url}/google/calendar/v3`,
    googleConnectorId,
    callback: APP_CALLBACK,
    window,
    sessionStorage: {
      getItem: (key) => storage.get(key) ?? null,
      setItem: (key, value) => void storage.set(key, value),
      removeItem: (key) => void storage.delete(key),
    },
  });
  return { ...functions, window, storage };
}

/** Parameters with which Google sends the user back to the app. */
async function consent(window: { location: { href: string } }): Promise<URLSearchParams> {
  expect(window.location.href).toContain(`${stack.twin.url}/google/`);
  return new URL(await answerConsent(window.location.href)).searchParams;
}

const eventsNamed = (summary: string) =>
  stack.twin.control.state().google.events.filter((stored) => JSON.stringify(stored).includes(summary));

function requestedScopes(window: { location: { href: string } }): string[] {
  return new URL(window.location.href).searchParams.get('scope')?.split(' ') ?? [];
}

async function scopesOf(user: Client): Promise<string[]> {
  const { body } = await user.get('/my-account/identities/google/access-token');
  return body.scope.split(' ');
}

it('runs as printed: no token, consent, and the event is in the calendar', async () => {
  const user = await stack.user('guide-user');
  const token = user.credential as string;
  const guide = guideFor();

  expect(await guide.getGoogleAccessToken(token)).toBeNull();
  expect(await guide.addCalendarEvent(token, event('Printed guide'))).toBeUndefined();
  await guide.handleAuthorizationCallback(token, await consent(guide.window));
  expect(guide.storage.size).toBe(0);

  const created = await guide.addCalendarEvent(token, event('Printed guide'));
  expect(created).toMatchObject({ summary: 'Printed guide', status: 'confirmed' });
  expect(eventsNamed('Printed guide')).toHaveLength(1);
  expect(await scopesOf(user)).toContain(EVENTS);
});

it('runs as printed: a read-only grant gets 403, more is consented to, and both scopes are there afterwards', async () => {
  const user = await stack.user('guide-upgrade');
  const token = user.credential as string;
  const guide = guideFor();
  await guide.requestGoogleAuthorization(token, READ_ONLY);
  await guide.handleAuthorizationCallback(token, await consent(guide.window));
  expect(await scopesOf(user)).toContain(READ_ONLY);

  expect(await guide.createCalendarEvent(token, event('Upgraded'))).toBeUndefined();
  expect(eventsNamed('Upgraded')).toHaveLength(0);
  expect(requestedScopes(guide.window)).toContain(CALENDAR);
  expect(requestedScopes(guide.window)).not.toContain(READ_ONLY);

  await guide.handleAuthorizationCallback(token, await consent(guide.window));
  const created = await guide.createCalendarEvent(token, event('Upgraded'));
  expect(created).toMatchObject({ summary: 'Upgraded' });
  expect(eventsNamed('Upgraded')).toHaveLength(1);
  expect(await scopesOf(user)).toEqual(expect.arrayContaining([READ_ONLY, CALENDAR]));
});

it("accepts the connector's id where the guide prints one", async () => {
  const { body: connectors } = await stack.operator.get('/v1/operator/connectors');
  const user = await stack.user('guide-by-id');
  const guide = guideFor(connectors[0].id);
  await guide.addCalendarEvent(user.credential as string, event('By id'));
  await guide.handleAuthorizationCallback(user.credential as string, await consent(guide.window));
  expect(await guide.addCalendarEvent(user.credential as string, event('By id'))).toMatchObject({
    summary: 'By id',
  });
});

it('keeps the old grant when the user declines more', async () => {
  const user = await stack.connected('guide-declines', { target: 'google', scope: READ_ONLY });
  const guide = guideFor();
  await guide.createCalendarEvent(user.credential as string, event('Declined'));
  const declined = new URL(await answerConsent(guide.window.location.href, { decision: 'deny' }));
  await guide.handleAuthorizationCallback(user.credential as string, declined.searchParams);
  expect(await scopesOf(user)).toContain(READ_ONLY);
  expect(await guide.getGoogleAccessToken(user.credential as string)).toHaveProperty('accessToken');
});

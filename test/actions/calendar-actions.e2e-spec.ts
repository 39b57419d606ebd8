import { startStack, untilTask, type Client, type Stack } from '../kit/index.js';

const scopes = (...names: string[]) =>
  names.map((name) => `https://www.googleapis.com/auth/${name}`).join(' ');
const USER = 'calendar-user';
const TEAM = 'teamada@group.calendar.google.com';

let stack: Stack;
let user: Client;
const walked = new Set<string>();
beforeAll(async () => {
  stack = await startStack({ targets: ['google'] });
  user = await stack.connected(USER, {
    target: 'google',
    scope: scopes('calendar.events', 'calendar.calendarlist.readonly', 'calendar.events.freebusy'),
  });
});
afterAll(() => stack.close());
afterEach(() => stack.twin.control.clearFaults());

function run(action: string, input: object, client = user, userId = USER) {
  walked.add(`google-calendar.${action}`);
  return client.post(`/v1/actions/google-calendar.${action}`, { userId, input });
}

/** The output of an action that must succeed. */
async function output(action: string, input: object) {
  const { status, body, text } = await run(action, input);
  if (status !== 200) throw new Error(`${action}: ${status} ${text}`);
  return body.output;
}

const summaries = (events: { summary: string }[]) => events.map(({ summary }) => summary);
const berlin = (time: string) => ({ dateTime: `2027-03-${time}`, timeZone: 'Europe/Berlin' });
const lecture = (summary = 'Lecture') => ({
  summary,
  start: berlin('24T10:00:00'),
  end: berlin('24T11:00:00'),
});
const writes = () =>
  stack.twin.control
    .calls({ provider: 'google', path: '/calendar/v3' })
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/freeBusy'));

describe('other people', () => {
  it('are asked as a group, of which one may have left, and invited at any domain', async () => {
    const range = { timeMin: '2027-03-01T00:00:00Z', timeMax: '2027-03-31T00:00:00Z' };
    const calendarIds = ['analysts@example.com', 'former-analysts@example.com'];
    const { calendars } = await output('freebusy.query', { ...range, calendarIds });
    expect(calendars).toMatchObject([
      {
        calendarId: 'analysts@example.com',
        members: [{ calendarId: 'ada@example.com' }, { calendarId: TEAM }],
      },
      { calendarId: 'former-analysts@example.com', problem: 'notFound' },
    ]);
    const invited = { ...lecture('Bücher'), attendees: [{ email: 'jane@bücher.example' }] };
    const { id, attendees } = await output('events.create', invited);
    expect(attendees).toMatchObject([{ email: 'jane@xn--bcher-kva.example' }]);
    const remove = { eventId: id, remove: ['jane@bücher.example'] };
    expect((await output('attendees.update', remove)).attendees).toEqual([]);
    const search = { query: 'bücher', calendarIds: ['primary', 'gone@example.com'] };
    expect(await output('events.search', search)).toMatchObject({
      events: [{ id }],
      isComplete: false,
      unreadableCalendars: ['gone@example.com'],
    });
  });
});

describe('reading calendars', () => {
  it('lists the calendars', async () => {
    const { calendars } = await output('calendars.list', {});
    expect(calendars).toEqual([
      expect.objectContaining({ id: 'ada@example.com', primary: true, accessRole: 'owner' }),
      expect.objectContaining({ id: TEAM, name: 'Team', timeZone: 'Europe/London' }),
    ]);
    const first = await output('calendars.list', { limit: 1 });
    const second = await output('calendars.list', { limit: 1, pageToken: first.nextPageToken });
    expect(second).toEqual({ calendars: [expect.objectContaining({ id: TEAM })] });
  });

  it('lists, searches over several calendars, and reads one event', async () => {
    const { id } = await output('events.create', { ...lecture('Zeppelin talk'), calendarId: TEAM });
    await output('events.create', { ...lecture('Zeppelin ride'), start: berlin('23T10:00:00') });
    const found = await output('events.search', { query: 'zeppelin', calendarIds: ['primary', TEAM] });
    expect([summaries(found.events), found.isComplete]).toEqual([['Zeppelin ride', 'Zeppelin talk'], true]);
    expect(found.events[1]).toMatchObject({ id, calendarId: TEAM });
    const few = await output('events.search', {
      query: 'zeppelin',
      calendarIds: ['primary', TEAM],
      limit: 1,
    });
    expect([summaries(few.events), few.isComplete]).toEqual([['Zeppelin ride'], false]);
    expect((await output('events.list', { query: 'zeppelin' })).events).toHaveLength(1);
    expect(await output('events.get', { calendarId: TEAM, eventId: id })).toMatchObject({
      summary: 'Zeppelin talk',
      etag: expect.any(String),
      start: { dateTime: '2027-03-24T10:00:00+01:00' },
    });
    expect(await run('events.get', { eventId: 'nothere00' })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  it('finds a common free slot around the change of the clocks', async () => {
    const request = {
      calendarIds: ['primary', TEAM],
      timeMin: '2027-03-26T00:00:00Z',
      timeMax: '2027-03-30T00:00:00Z',
    };
    await output('events.create', {
      calendarId: TEAM,
      summary: 'Series over the change',
      start: berlin('26T09:00:00'),
      end: berlin('26T15:00:00'),
      recurrence: ['RRULE:FREQ=DAILY;COUNT=4'],
    });
    const { calendars } = await output('freebusy.query', request);
    expect(calendars[1]).toEqual({
      calendarId: TEAM,
      busy: [
        { start: '2027-03-26T08:00:00.000Z', end: '2027-03-26T14:00:00.000Z' },
        { start: '2027-03-27T08:00:00.000Z', end: '2027-03-27T14:00:00.000Z' },
        { start: '2027-03-28T07:00:00.000Z', end: '2027-03-28T13:00:00.000Z' },
        { start: '2027-03-29T07:00:00.000Z', end: '2027-03-29T13:00:00.000Z' },
      ],
    });
    const asked = { ...request, timeZone: 'Europe/Berlin', durationMinutes: 120 };
    expect(await output('slots.find', asked)).toEqual({
      slots: [
        { start: '2027-03-26T15:00:00+01:00', end: '2027-03-26T17:00:00+01:00' },
        { start: '2027-03-29T15:00:00+02:00', end: '2027-03-29T17:00:00+02:00' },
      ],
      unreadableCalendars: [],
    });
    expect(await output('slots.find', { ...asked, calendarIds: ['primary', 'nobody@example.com'] })).toEqual({
      slots: [],
      unreadableCalendars: ['nobody@example.com'],
    });
  });
});

describe('changing events', () => {
  it('changes the version that was read, and is a conflict after somebody else changed it', async () => {
    const { id: eventId, etag } = await output('events.create', lecture());
    const changed = await output('events.update', { eventId, etag, summary: 'Lecture 2', location: 'Hall' });
    expect(changed).toMatchObject({
      summary: 'Lecture 2',
      location: 'Hall',
      start: { dateTime: '2027-03-24T10:00:00+01:00' },
    });
    expect(await run('events.update', { eventId, etag, summary: 'Lost' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
    const days = { start: { date: '2027-03-24' }, end: { date: '2027-03-25' } };
    expect(await output('events.update', { eventId, ...days })).toMatchObject(days);
    const times = { start: berlin('24T12:00:00'), end: berlin('24T13:00:00') };
    const timed = await output('events.update', { eventId, ...times });
    expect(timed.start).toEqual({ dateTime: '2027-03-24T12:00:00+01:00', timeZone: 'Europe/Berlin' });
  });

  it('adds and removes guests and keeps the answers of those who stay', async () => {
    const attendees = [{ email: 'grace@example.com' }, { email: 'charles@example.com' }];
    const { id: eventId } = await output('events.create', { ...lecture('Guests'), attendees });
    const guests = await output('attendees.update', {
      eventId,
      add: [{ email: 'joan@example.com', optional: true }],
      remove: ['charles@example.com'],
    });
    expect(guests.attendees).toEqual([
      expect.objectContaining({ email: 'grace@example.com', responseStatus: 'needsAction' }),
      expect.objectContaining({ email: 'joan@example.com', optional: true }),
    ]);
  });

  it('answers an invitation and leaves the answers of others alone', async () => {
    const answered = await output('events.respond', { eventId: 'adainvitation', response: 'accepted' });
    expect(
      answered.attendees.map((guest: { email: string; responseStatus: string }) => guest.responseStatus),
    ).toEqual(['accepted', 'accepted', 'tentative']);
    const refused = await run('events.respond', { eventId: 'adareview', response: 'declined' });
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  });

  it('changes and deletes one instance of a series, or the whole series', async () => {
    const { events } = await output('events.list', { query: 'stand-up' });
    const [first, second] = events;
    expect(first).toMatchObject({ recurringEventId: 'adastandup', originalStartTime: first.start });
    await output('events.update', { eventId: first.id, summary: 'Stand-up, sitting' });
    await output('events.delete', { eventId: second.id });
    const after = (await output('events.list', { query: 'stand-up' })).events;
    expect(after).toHaveLength(7);
    expect(new Set(summaries(after))).toEqual(new Set(['Stand-up, sitting', 'Weekly stand-up']));
    const moved = await run('events.move', { eventId: first.id, destinationCalendarId: TEAM });
    expect(moved).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
    await output('events.delete', { eventId: 'adastandup' });
    expect((await output('events.list', { query: 'stand-up' })).events).toEqual([]);
    expect((await run('events.delete', { eventId: 'adastandup' })).status).toBe(404);
  });

  it('moves an event to another calendar', async () => {
    const { id: eventId } = await output('events.create', lecture('Moves'));
    const moved = await output('events.move', { eventId, destinationCalendarId: TEAM });
    expect(moved).toMatchObject({ id: eventId, organizer: { email: TEAM } });
    expect((await run('events.get', { eventId })).status).toBe(404);
    expect((await output('events.get', { eventId, calendarId: TEAM })).summary).toBe('Moves');
  });

  it('creates an event from a sentence', async () => {
    const made = await output('events.quick-add', { text: 'Dinner with Alan on 1 April 2027 at 19:30' });
    expect(made).toMatchObject({ summary: 'Dinner with Alan', start: { dateTime: '2027-04-01T19:30:00Z' } });
  });

  it('mails no guest unless told to', async () => {
    expect(new Set(writes().map(({ query }) => query['sendUpdates']))).toEqual(new Set(['none']));
    await output('events.create', { ...lecture('Told'), sendUpdates: 'all' });
    expect(writes().at(-1)?.query['sendUpdates']).toBe('all');
  });
});

describe('an unclear end', () => {
  const answersLost = (method: string) =>
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'answer_lost',
      match: { path: '/calendar/v3/calendars', method },
      times: 1,
    });
  const task = async (action: string, input: object) => {
    const { body } = await user.post('/v1/tasks', {
      userId: USER,
      action: `google-calendar.${action}`,
      input,
    });
    return untilTask(user, body.id);
  };
  const writesTo = (id: string) => writes().filter(({ path }) => path.includes(id)).length;

  it.each([
    ['events.update', 'PATCH', { summary: 'Once' }],
    ['attendees.update', 'PATCH', { add: [{ email: 'grace@example.com' }] }],
    ['events.move', 'POST', { destinationCalendarId: TEAM }],
    ['events.delete', 'DELETE', {}],
  ])('%s asks what became of it and does not act twice', async (action, method, members) => {
    const { id: eventId } = await output('events.create', lecture(`Lost ${action}`));
    answersLost(method);
    expect(await task(action, { eventId, ...members })).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(writesTo(eventId)).toBe(1);
  });

  it('events.quick-add is parked, since Google cannot be asked', async () => {
    answersLost('POST');
    const parked = await task('events.quick-add', { text: 'Parked tomorrow at noon' });
    expect(parked).toMatchObject({ status: 'outcome_unknown', attempts: 1 });
  });
});

describe('rights', () => {
  it('lets an agent delete nothing without a person', async () => {
    expect(await run('events.delete', { eventId: 'adaretro' }, stack.agent.client)).toMatchObject({
      status: 202,
      body: { status: 'waiting_for_approval' },
    });
  });

  it('names the scope that a write needs, with the link that asks for it', async () => {
    const reader = await stack.connected('calendar-reader', {
      target: 'google',
      scope: scopes('calendar.events.readonly'),
      answer: { account: 'alan@example.com' },
    });
    expect((await run('events.list', {}, reader, 'calendar-reader')).status).toBe(200);
    const missing = {
      'events.delete': 'calendar.events',
      'slots.find': 'calendar.events.freebusy',
      'calendars.list': 'calendar.calendarlist.readonly',
    };
    const inputs: Record<string, object> = {
      'events.delete': { eventId: 'alanreview' },
      'slots.find': { timeMin: '2027-03-26T00:00:00Z', timeMax: '2027-03-27T00:00:00Z', timeZone: 'UTC' },
    };
    for (const [action, scope] of Object.entries(missing)) {
      const refused = await run(action, inputs[action] ?? {}, reader, 'calendar-reader');
      expect(refused).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope', missingScopes: [scopes(scope)] },
      });
      expect(refused.body.authorizationUri).toContain('/connect/');
    }
  });
});

it('has walked every action of the provider', async () => {
  const { body } = await stack.agent.client.get(`/v1/actions?userId=${USER}`);
  const ids = body.data.map(({ id }: { id: string }) => id);
  expect([...walked].sort()).toEqual(ids.filter((id: string) => id.startsWith('google-calendar.')).sort());
});

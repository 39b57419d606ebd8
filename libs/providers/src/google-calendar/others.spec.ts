import { callTo, failureOf, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import { createEvent } from './actions/create-event.js';
import { findSlots } from './actions/find-slots.js';
import { getEvent } from './actions/get-event.js';
import { queryFreeBusy } from './actions/query-free-busy.js';
import { searchEvents } from './actions/search-events.js';
import { updateAttendees } from './actions/update-attendees.js';
import { updateEvent } from './actions/update-event.js';
import { googleCalendarProvider as provider } from './index.js';

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());
const call = <T>(input: T) => ({ ...callTo(server.origin, provider), input });

const range = { timeMin: '2026-12-01T00:00:00Z', timeMax: '2026-12-02T00:00:00Z' };
const busy = (hour: string) => ({ start: `2026-12-01T${hour}:00:00Z`, end: `2026-12-01T${hour}:30:00Z` });

describe('a video call', () => {
  const event = {
    id: 'e1',
    hangoutLink: 'https://meet.google.com/abc',
    conferenceData: {
      conferenceId: 'abc',
      conferenceSolution: { name: 'Zoom Meeting', key: { type: 'addOn' } },
      entryPoints: [{ entryPointType: 'video', uri: 'https://zoom.example/j/1', passcode: 'x' }, { uri: 7 }],
      notes: 'Dial in',
    },
  };
  const shown = {
    hangoutLink: 'https://meet.google.com/abc',
    conferenceData: {
      entryPoints: [{ uri: 'https://zoom.example/j/1', passcode: 'x' }, {}],
      notes: 'Dial in',
    },
  };

  it.each([
    ['read', () => getEvent.run(call(getEvent.input.parse({ eventId: 'e1' })))],
    ['changed', () => updateEvent.run(call(updateEvent.input.parse({ eventId: 'e1', summary: 'x' })))],
    [
      'given other guests',
      () =>
        updateAttendees.run(call(updateAttendees.input.parse({ eventId: 'e1', remove: ['a@example.com'] }))),
    ],
  ])('is shown of an event that is %s, and kept', async (_name, run) => {
    server.answerWith(() => ({ body: event }));
    expect(await run()).toMatchObject(shown);
    for (const { method, query } of server.requests)
      if (method === 'PATCH') expect(query.get('conferenceDataVersion')).toBe('1');
  });

  it.each([{ conferenceData: 'none' }, { conferenceData: { entryPoints: 'x' } }, { hangoutLink: 7 }])(
    'of another shape hides no event: %j',
    async (odd) => {
      server.answerWith(() => ({ body: { id: 'e1', summary: 'Planning', ...odd } }));
      expect(await getEvent.run(call(getEvent.input.parse({ eventId: 'e1' })))).toMatchObject({
        summary: 'Planning',
      });
    },
  );
});

describe('the busy times of a group', () => {
  const ask = () =>
    queryFreeBusy.run(call(queryFreeBusy.input.parse({ ...range, calendarIds: ['team@example.com'] })));
  const slots = () =>
    findSlots.run(
      call(findSlots.input.parse({ ...range, calendarIds: ['team@example.com'], timeZone: 'UTC' })),
    );
  const group = (calendars: string[], errors: object[] = []) => ({
    groups: { 'team@example.com': { calendars, errors } },
  });
  const ada = { 'ada@example.com': { busy: [busy('10')] } };
  const grace = { 'grace@example.com': { busy: [busy('09')] } };
  const both = ['ada@example.com', 'grace@example.com'];

  it.each<[string, object, object]>([
    [
      'all members',
      { ...group(both), calendars: { ...ada, ...grace } },
      { problem: undefined, busy: [busy('09'), busy('10')] },
    ],
    [
      'a member who left',
      { ...group(both), calendars: { ...ada, 'grace@example.com': { errors: [{ reason: 'notFound' }] } } },
      { problem: 'notFound', busy: [busy('10')] },
    ],
    ['a member who is left out', { ...group(both), calendars: ada }, { problem: 'notAnswered' }],
    [
      'too many members',
      { ...group([], [{ reason: 'groupTooBig' }]), calendars: {} },
      { problem: 'groupTooBig' },
    ],
    ['no members', { ...group([]), calendars: {} }, { problem: 'notAnswered' }],
    [
      'an address in other letters',
      { groups: { 'Team@Example.com': { calendars: both } }, calendars: { ...ada, ...grace } },
      { problem: undefined },
    ],
    [
      'no group',
      { calendars: { 'team@example.com': { errors: [{ reason: 'notFound' }] } } },
      { problem: 'notFound' },
    ],
    ['no answer', {}, { problem: 'notAnswered' }],
  ])('%s', async (_name, body, expected) => {
    server.answerWith(() => ({ body }));
    const { calendars } = await ask();
    expect(calendars).toMatchObject([{ calendarId: 'team@example.com', ...expected }]);
    expect(server.requests[0]?.body).toMatchObject({ groupExpansionMax: 100 });
    const { slots: free } = await slots();
    expect(free.length > 0).toBe(calendars[0]?.problem === undefined);
  });
});

describe('a search over calendars', () => {
  const search = (...calendarIds: string[]) =>
    searchEvents.run(call(searchEvents.input.parse({ query: 'x', calendarIds })));
  const gone = (status: number, ...ids: string[]) =>
    server.answerWith(({ path }) =>
      ids.some((id) => path.includes(id))
        ? { status, body: { error: { code: status, errors: [{ reason: 'notFound' }] } } }
        : { body: { items: [{ id: 'e1' }] } },
    );

  it.each([404, 410, 403, 400])('survives one that answers %s, and names it', async (status) => {
    gone(status, 'gone');
    expect(await search('primary', 'gone')).toMatchObject({
      events: [{ id: 'e1', calendarId: 'primary' }],
      isComplete: false,
      unreadableCalendars: ['gone'],
    });
  });

  it('fails when none can be read, or when it may succeed later', async () => {
    gone(404, 'gone', 'lost');
    expect(await failureOf(search('gone', 'lost'))).toMatchObject({ code: 'not_found' });
    expect(await failureOf(search('gone'))).toMatchObject({ code: 'not_found' });
    gone(503, 'gone');
    expect(await failureOf(search('primary', 'gone'))).toMatchObject({ code: 'unavailable' });
    gone(401, 'gone');
    expect(await failureOf(search('primary', 'gone'))).toMatchObject({ code: 'reauthorization_required' });
  });
});

describe('a guest at an international domain', () => {
  const when = { start: { date: '2026-12-01' }, end: { date: '2026-12-02' } };
  const invite = (email: string) =>
    createEvent.input.safeParse({ summary: 'x', ...when, attendees: [{ email }] });

  it.each([
    ['jane@bücher.example', 'jane@xn--bcher-kva.example'],
    ['jane@日本.example', 'jane@xn--wgv71a.example'],
    ['jane@xn--bcher-kva.example', 'jane@xn--bcher-kva.example'],
    ['jane@BÜCHER.example', 'jane@xn--bcher-kva.example'],
    ['Jane@example.com', 'Jane@example.com'],
  ])('is invited: %s', async (email, sent) => {
    server.answerWith(() => ({ body: { id: 'e1' } }));
    await createEvent.run(call(invite(email).data!));
    expect(server.requests[0]?.body).toMatchObject({ attendees: [{ email: sent }] });
  });

  it.each(['jane', 'jane@', '@bücher.example', 'jane@bü cher.example', 'jane@bücher', 'a,b@bücher.example'])(
    'is none: %s',
    (email) => {
      expect(invite(email).success).toBe(false);
    },
  );

  it('is the same guest however the domain is written', async () => {
    server.answerWith(() => ({ body: { id: 'e1', attendees: [{ email: 'jane@xn--bcher-kva.example' }] } }));
    const input = updateAttendees.input.parse({ eventId: 'e1', remove: ['jane@bücher.example'] });
    await updateAttendees.run(call(input));
    expect(server.requests[1]?.body).toMatchObject({ attendees: [] });
  });
});

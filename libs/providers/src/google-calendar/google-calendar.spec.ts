import { callTo, effectId, failureOf, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import { describeProviderConformance, fixture, googleJudge } from '../testing/index.js';
import { createEvent } from './actions/create-event.js';
import { googleCalendarProvider as provider } from './index.js';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;
const event = fixture(provider.id, 'event') as { id: string };

describeProviderConformance(provider, {
  judge: () => googleJudge(provider.id),
  includes: {
    [scope('calendar')]: [scope('calendar.calendarlist'), scope('calendar.calendars')],
    [scope('calendar.readonly')]: [scope('calendar.calendars.readonly')],
    [scope('calendar.events')]: [scope('calendar.events.owned'), scope('calendar.app.created')],
    [scope('calendar.events.readonly')]: [
      scope('calendar.events.owned.readonly'),
      scope('calendar.events.public.readonly'),
      scope('calendar.events.freebusy'),
    ],
    [scope('calendar.events.freebusy')]: [scope('calendar.freebusy')],
    [scope('calendar.events.owned')]: [scope('calendar.events.owned.readonly')],
  },
  unrelated: [scope('calendar.acls'), scope('calendar.acls.readonly'), scope('calendar.settings.readonly')],
  tooNarrow: [
    { scope: scope('calendar.events.owned'), because: 'calendars that others share are worked on as well' },
    {
      scope: scope('calendar.events.owned.readonly'),
      because: 'calendars that others share are read as well',
    },
    { scope: scope('calendar.events.public.readonly'), because: 'it shows public calendars only' },
    { scope: scope('calendar.app.created'), because: 'it sees only calendars that the app has made' },
    {
      scope: scope('calendar.events.freebusy'),
      because: 'it shows when an event is and not what it is',
    },
    { scope: scope('calendar.freebusy'), because: 'the free time of other people is asked for as well' },
  ],
  answer: ({ method, path }) => {
    if (method === 'DELETE') return undefined;
    if (path.endsWith('/calendarList')) return fixture(provider.id, 'calendar-list');
    if (path.endsWith('/freeBusy')) return fixture(provider.id, 'free-busy');
    if (method === 'GET' && path.endsWith('/events')) return fixture(provider.id, 'events-list');
    return fixture(provider.id, path.includes('/vk') ? 'event' : 'invitation');
  },
  failures: [
    {
      name: 'the newer lack of scope',
      answer: { status: 403, body: fixture(provider.id, 'insufficient-scope') },
      means: 'insufficient_scope',
    },
    {
      name: 'the older lack of scope',
      answer: { status: 403, body: { error: { errors: [{ reason: 'insufficientPermissions' }] } } },
      means: 'insufficient_scope',
    },
    {
      name: 'a lack of scope that only the challenge tells',
      answer: {
        status: 403,
        headers: {
          'www-authenticate':
            'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="https://www.googleapis.com/auth/calendar"',
        },
      },
      means: 'insufficient_scope',
    },
    {
      name: '403 that means speed',
      answer: { status: 403, body: fixture(provider.id, 'rate-limited') },
      means: 'rate_limited',
    },
    {
      name: '403 that means no right to this calendar',
      answer: { status: 403, body: { error: { errors: [{ reason: 'forbidden' }] } } },
      means: 'invalid_request',
    },
    { name: 'an outdated page', answer: { status: 410 }, means: 'not_found' },
  ],
});

describe('google-calendar.events.create', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await startAnsweringServer();
  });
  afterAll(() => server.close());

  const input = createEvent.input.parse({
    summary: 'Planning',
    start: { dateTime: '2026-12-01T10:00:00', timeZone: 'Europe/Berlin' },
    end: { dateTime: '2026-12-01T11:00:00', timeZone: 'Europe/Berlin' },
    attendees: [{ email: 'grace@example.com' }],
  });
  const call = () => ({ ...callTo(server.origin, provider), input });

  it('mails nobody unless told to, and sends the same base32hex id on every attempt', async () => {
    server.answerWith(() => ({ body: event }));
    await createEvent.run(call());
    await createEvent.run(call());
    const [first, second] = server.requests;
    expect(first?.query.get('sendUpdates')).toBe('none');
    expect((first?.body as { id: string }).id).toMatch(/^[a-v0-9]{5,1024}$/);
    expect((first?.body as { id: string }).id).not.toContain(effectId);
    expect(second?.body).toEqual(first?.body);
  });

  it('reads the event back when its id is already taken', async () => {
    server.answerWith(({ method }) => (method === 'POST' ? { status: 409 } : { body: event }));
    await expect(createEvent.run(call())).resolves.toMatchObject({ id: event.id, summary: 'Planning' });
    expect(server.requests.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('says after a crash whether the event is there, without sending it', async () => {
    server.answerWith(() => ({ body: event }));
    await expect(createEvent.recover?.(call())).resolves.toMatchObject({ found: { id: event.id } });
    server.answerWith(() => ({ status: 404 }));
    await expect(createEvent.recover?.(call())).resolves.toEqual({ absent: true });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('does not know when it may not look, and leaves an outage to the caller', async () => {
    server.answerWith(() => ({ status: 403, body: fixture(provider.id, 'insufficient-scope') }));
    await expect(createEvent.recover?.(call())).resolves.toHaveProperty('unknown');
    server.answerWith(() => ({ status: 503 }));
    const error = await failureOf(createEvent.recover?.(call()) ?? Promise.resolve());
    expect(error.code).toBe('unavailable');
  });

  it('names the scope that was missing although Google does not', async () => {
    server.answerWith(() => ({ status: 403, body: fixture(provider.id, 'insufficient-scope') }));
    const error = await failureOf(createEvent.run(call()));
    expect(error.missingScopes).toEqual(['https://www.googleapis.com/auth/calendar.events']);
  });

  const day = (date: string) => ({ date });
  const at = (dateTime: string, timeZone?: string) => ({ dateTime, ...(timeZone ? { timeZone } : {}) });

  it.each([
    ['an all-day event', day('2026-12-24'), day('2026-12-25'), true],
    ['times with offsets', at('2026-12-01T10:00:00+01:00'), at('2026-12-01T10:00:00Z'), true],
    ['a day and a time', day('2026-12-24'), at('2026-12-24T10:00:00Z'), false],
    ['an end before the start', day('2026-12-24'), day('2026-12-24'), false],
    ['an end before the start by offset', at('2026-12-01T10:00:00Z'), at('2026-12-01T10:30:00+01:00'), false],
    ['a local time without a zone', at('2026-12-01T10:00:00'), at('2026-12-01T11:00:00'), false],
    [
      'zones by an older name',
      at('2026-12-01T10:00:00', 'Asia/Kolkata'),
      at('2026-12-01T11:00:00', 'Asia/Calcutta'),
      true,
    ],
    [
      'local times in the wrong order',
      at('2026-12-01T11:00:00', 'UTC'),
      at('2026-12-01T10:00:00', 'UTC'),
      false,
    ],
    [
      'an offset in place of a zone',
      at('2026-12-01T10:00:00', '+01:00'),
      at('2026-12-01T11:00:00', '+01:00'),
      false,
    ],
    [
      'an unknown zone',
      at('2026-12-01T10:00:00', 'Mars/Base'),
      at('2026-12-01T11:00:00', 'Mars/Base'),
      false,
    ],
  ])('judges %s', (_name, start, end, isValid) => {
    expect(createEvent.input.safeParse({ summary: 'x', start, end }).success).toBe(isValid);
  });
});

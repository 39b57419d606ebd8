import fc from 'fast-check';
import { callTo, startAnsweringServer, type AnsweringServer } from '../testing/index.js';
import { findSlots } from './actions/find-slots.js';
import { freeSlots, workingSpans, type SlotSearch, type Span } from './free-slots.js';
import { googleCalendarProvider as provider } from './index.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The wall clock by the runtime's own time zone data, not by the library under test. */
function wallClock(at: number, timeZone: string): { weekday: number; minutes: number } {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  clocks.set(timeZone, clock);
  const shown = new Map(clock.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    weekday: weekdayNames.indexOf(shown.get('weekday') ?? '') + 1,
    minutes: Number(shown.get('hour')) * 60 + Number(shown.get('minute')),
  };
}

const anyMinute = fc.integer({ min: Date.UTC(2026, 0, 1) / MINUTE, max: Date.UTC(2027, 11, 1) / MINUTE });

/** Shortly before the clocks change somewhere, forward or back. */
const clockChanges = ['2026-03-28', '2026-10-24', '2026-03-07', '2026-10-31', '2026-04-04', '2026-10-03']
  .concat(['2026-09-05', '2026-04-23', '2026-10-29'])
  .map((day) => Date.parse(`${day}T12:00:00Z`) / MINUTE);

const searches: fc.Arbitrary<SlotSearch> = fc
  .record({
    start: fc.oneof(anyMinute, fc.constantFrom(...clockChanges)),
    days: fc.integer({ min: 1, max: 10 }),
    timeZone: fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'America/Santiago',
      'Africa/Cairo',
      'UTC',
    ),
    hours: fc.tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 })),
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    busy: fc.array(fc.tuple(fc.integer({ min: -1440, max: 14_400 }), fc.integer({ min: 0, max: 900 }))),
    durationMs: fc.integer({ min: 5, max: 300 }).map((minutes) => minutes * MINUTE),
    stepMs: fc.constantFrom(5, 15, 30, 45, 60).map((minutes) => minutes * MINUTE),
  })
  .filter(({ hours: [from, to] }) => from < to)
  .map(({ start, days, timeZone, hours: [from, to], weekdays, busy, ...rest }) => ({
    ...rest,
    start: start * MINUTE,
    end: start * MINUTE + days * 24 * HOUR,
    hours: { from, to, weekdays, timeZone },
    busy: busy.map(([at, length]) => ({ start: (start + at) * MINUTE, end: (start + at + length) * MINUTE })),
    limit: 200,
  }));

/** Many runs take their time on a busy machine. */
const PATIENCE_MS = 60_000;

describe('free slots', () => {
  it(
    'keep their length, lie in the range, and cross nobody’s time, whatever is asked',
    () => {
      fc.assert(
        fc.property(searches, (asked) => {
          const isFree = ({ start, end }: Span) =>
            end - start === asked.durationMs &&
            start >= asked.start &&
            end <= asked.end &&
            !asked.busy.some((span) => span.start < end && span.end > start && span.end > span.start);
          expect(freeSlots(asked).filter((slot) => !isFree(slot))).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'lie within working hours by the wall clock, on days when the clocks change too',
    () => {
      fc.assert(
        fc.property(searches, (asked) => {
          const { from, to, weekdays, timeZone } = asked.hours;
          const isWorkTime = (at: number) => {
            const { weekday, minutes } = wallClock(at, timeZone);
            return weekdays.includes(weekday) && minutes >= from && minutes < to;
          };
          const isWorked = ({ start, end }: Span) => isWorkTime(start) && isWorkTime(end - MINUTE);
          expect(freeSlots(asked).filter((slot) => !isWorked(slot))).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  it(
    'leave out no start that would fit',
    () => {
      fc.assert(
        fc.property(searches, (asked) => {
          const found = freeSlots({ ...asked, limit: Infinity }).map(({ start }) => start);
          const isFree = (at: number) =>
            !asked.busy.some(({ start, end }) => start < at + asked.durationMs && end > at && end > start);
          const fitting = workingSpans(asked, asked.hours).flatMap(({ start, end, grid }) => {
            const starts: number[] = [];
            for (let at = grid; at + asked.durationMs <= end; at += asked.stepMs)
              if (at >= start && isFree(at)) starts.push(at);
            return starts;
          });
          expect(found).toEqual(fitting);
        }),
        { numRuns: 100 },
      );
    },
    PATIENCE_MS,
  );

  const berlin = { from: 60, to: 240, weekdays: [7], timeZone: 'Europe/Berlin' };
  const lengths = (day: string) =>
    workingSpans(
      { start: Date.parse(`${day}T00:00:00+01:00`), end: Date.parse(`${day}T23:00:00Z`) },
      berlin,
    ).map(({ start, end }) => (end - start) / HOUR);

  it('know that a night shift from 1 to 4 is shorter in spring and longer in autumn', () => {
    expect([lengths('2026-03-29'), lengths('2026-07-05'), lengths('2026-10-25')]).toEqual([[2], [3], [4]]);
  });

  it('see a whole day in the hours from 0 to 24', () => {
    const range = { start: Date.parse('2026-10-24T22:00:00Z'), end: Date.parse('2026-10-27T00:00:00Z') };
    const [sunday, ...others] = workingSpans(range, { ...berlin, from: 0, to: 1440 });
    expect(others).toEqual([]);
    expect(sunday && sunday.end - sunday.start).toBe(25 * HOUR);
  });
});

describe('google-calendar.slots.find', () => {
  let server: AnsweringServer;
  beforeAll(async () => {
    server = await startAnsweringServer();
  });
  afterAll(() => server.close());
  const find = (input: object) =>
    findSlots.run(callTo(server.origin, provider, findSlots.input.parse(input)) as never);
  const request = {
    calendarIds: ['primary', 'grace@example.com'],
    timeMin: '2026-03-27T00:00:00Z',
    timeMax: '2026-03-31T00:00:00Z',
    timeZone: 'Europe/Berlin',
    durationMinutes: 240,
    stepMinutes: 60,
  };

  it('gives slots in the asked time zone, with its offset before and after the clocks change', async () => {
    const busy = [{ start: '2026-03-27T08:30:00Z', end: '2026-03-27T11:15:00Z' }];
    server.answerWith(() => ({
      body: {
        calendars: {
          primary: { busy },
          'grace@example.com': {
            busy: [{ start: '2026-03-30T08:00:00Z', end: '2026-03-30T10:00:00+00:00' }],
          },
        },
      },
    }));
    await expect(find(request)).resolves.toEqual({
      slots: [
        { start: '2026-03-27T13:00:00+01:00', end: '2026-03-27T17:00:00+01:00' },
        { start: '2026-03-30T12:00:00+02:00', end: '2026-03-30T16:00:00+02:00' },
        { start: '2026-03-30T13:00:00+02:00', end: '2026-03-30T17:00:00+02:00' },
      ],
      unreadableCalendars: [],
    });
  });

  it.each([
    ['says why', { errors: [{ domain: 'global', reason: 'notFound' }] }],
    ['is silent about', undefined],
  ])('takes no calendar for free that Google %s', async (_name, grace) => {
    server.answerWith(() => ({ body: { calendars: { primary: { busy: [] }, 'grace@example.com': grace } } }));
    await expect(find(request)).resolves.toEqual({ slots: [], unreadableCalendars: ['grace@example.com'] });
  });

  it.each([
    ['a range that ends before it begins', { timeMax: '2026-03-26T00:00:00Z' }],
    ['a range of a year', { timeMax: '2027-03-26T00:00:00Z' }],
    ['working hours that end before they begin', { workFrom: '17:00', workTo: '09:00' }],
    ['an hour that no clock shows', { workTo: '25:00' }],
    ['an unknown zone', { timeZone: 'Mars/Base' }],
  ])('refuses %s', (_name, over) => {
    expect(findSlots.input.safeParse({ ...request, ...over }).success).toBe(false);
  });
});

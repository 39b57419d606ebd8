import { describe, expect, it } from '@jest/globals';
import { faultInCron, isZone, nextRun, nextRuns } from './cron.js';

const at = (runs: readonly Date[]) => runs.map((run) => run.toISOString().replace(':00.000Z', 'Z'));
const runs = (cron: string, zone: string, after: string, count: number) =>
  at(nextRuns(cron, zone, new Date(after), count));

describe('where clocks are put forward', () => {
  it.each([
    [
      'a time that is skipped comes as much later',
      '30 2 * * *',
      'Europe/Berlin',
      '2027-03-26T12:00Z',
      ['2027-03-27T01:30Z', '2027-03-28T01:30Z', '2027-03-29T00:30Z'],
    ],
    [
      'midnight may be skipped',
      '0 0 * * *',
      'Asia/Beirut',
      '2027-03-26T12:00Z',
      ['2027-03-26T22:00Z', '2027-03-27T22:00Z', '2027-03-28T21:00Z'],
    ],
    [
      'each half hour has one run',
      '*/30 * * * *',
      'Europe/Berlin',
      '2027-03-28T00:20Z',
      ['2027-03-28T00:30Z', '2027-03-28T01:00Z', '2027-03-28T01:30Z', '2027-03-28T02:00Z'],
    ],
    [
      'two times that become one are one run',
      '30 1,2,3 * * *',
      'America/New_York',
      '2027-03-14T05:00Z',
      ['2027-03-14T06:30Z', '2027-03-14T07:30Z', '2027-03-15T05:30Z'],
    ],
    [
      'half an hour is skipped',
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2027-10-01T00:00Z',
      ['2027-10-01T15:45Z', '2027-10-02T15:45Z', '2027-10-03T15:15Z'],
    ],
  ])('%s', (_, cron, zone, after, expected) => {
    expect(runs(cron, zone, after, expected.length)).toEqual(expected);
  });
});

describe('where clocks are put back', () => {
  it.each([
    [
      'a time that comes twice has one run',
      '30 2 * * *',
      'Europe/Berlin',
      '2027-10-30T12:00Z',
      ['2027-10-31T00:30Z', '2027-11-01T01:30Z'],
    ],
    [
      'also seen from between the two',
      '30 2 * * *',
      'Europe/Berlin',
      '2027-10-31T00:31Z',
      ['2027-11-01T01:30Z'],
    ],
    [
      'every hour is every hour',
      '0 * * * *',
      'Europe/Berlin',
      '2027-10-30T23:30Z',
      ['2027-10-31T00:00Z', '2027-10-31T01:00Z', '2027-10-31T02:00Z'],
    ],
    [
      'every half hour too',
      '*/30 * * * *',
      'America/New_York',
      '2027-11-07T05:10Z',
      ['2027-11-07T05:30Z', '2027-11-07T06:00Z', '2027-11-07T06:30Z', '2027-11-07T07:00Z'],
    ],
    [
      'and what has a name',
      '@hourly',
      'Europe/Berlin',
      '2027-10-30T23:30Z',
      ['2027-10-31T00:00Z', '2027-10-31T01:00Z'],
    ],
  ])('%s', (_, cron, zone, after, expected) => {
    expect(runs(cron, zone, after, expected.length)).toEqual(expected);
  });
});

describe('each next run', () => {
  const ZONES = ['Europe/Berlin', 'America/Havana', 'Asia/Beirut', 'Australia/Lord_Howe'];
  /** Weeks in which the clocks of one of them shift. */
  const SHIFTS = [
    ['2027-03-12T00:00:00Z', '2027-03-16T00:00:00Z'],
    ['2027-03-26T00:00:00Z', '2027-04-06T00:00:00Z'],
    ['2027-10-02T00:00:00Z', '2027-10-04T00:00:00Z'],
    ['2027-10-29T00:00:00Z', '2027-11-09T00:00:00Z'],
  ] as const;

  it.each(ZONES)('is the same from wherever it is asked for: %s', (zone) => {
    for (const cron of ['30 2 * * *', '0 0 * * *', '0 */2 * * *', '45 1,2,3 * * 0']) {
      for (const [from, to] of SHIFTS) {
        let last = new Date(from);
        while (last < new Date(to)) {
          const next = nextRun(cron, zone, last);
          expect(next.getTime()).toBeGreaterThan(last.getTime());
          const before = new Date(next.getTime() - 1);
          expect([cron, nextRun(cron, zone, before)]).toEqual([cron, next]);
          last = next;
        }
      }
    }
  });

  it('comes once a day, whatever the clocks do', () => {
    for (const zone of ZONES)
      for (const [from] of SHIFTS) {
        const days = nextRuns('30 2 * * *', zone, new Date(from), 14).map((run) =>
          run.toLocaleDateString('sv', { timeZone: zone }),
        );
        const first = Date.parse(`${days[0]}T00:00:00Z`);
        const wanted = days.map((_, n) => new Date(first + n * 86_400_000).toISOString().slice(0, 10));
        expect([zone, days]).toEqual([zone, wanted]);
      }
  });

  it('keeps to days of weeks and months', () => {
    expect(runs('0 9 * * mon-fri', 'Europe/Paris', '2027-01-01T12:00Z', 2)).toEqual([
      '2027-01-04T08:00Z',
      '2027-01-05T08:00Z',
    ]);
    expect(runs('0 9 L * *', 'UTC', '2028-02-01T00:00Z', 1)).toEqual(['2028-02-29T09:00Z']);
    expect(runs('0 0 29 2 *', 'UTC', '2027-03-01T00:00Z', 2)).toEqual([
      '2028-02-29T00:00Z',
      '2032-02-29T00:00Z',
    ]);
  });
});

it.each([
  ['* * * * * *', 'at most once a minute'],
  ['*/10 * * * * *', 'at most once a minute'],
  ['* * * *', 'five fields'],
  ['', 'five fields'],
  ['every day', 'five fields'],
  ['61 * * * *', 'got value 61'],
  ['* 24 * * *', 'got value 24'],
  ['*/0 * * * *', 'repeat'],
  ['0 0 30 2 *', 'day of month'],
  ['H H * * *', 'as "30 9'],
  ['0 0 * * h', 'as "30 9'],
  ['@every_second', 'five fields'],
  ['@secondly', 'five fields'],
  ['0 0 * * foo', 'no cron'],
  [`${'1,'.repeat(60)}1 * * * *`, 'at most 100'],
])('refuses the expression %j', (cron, why) => {
  expect(faultInCron(cron)).toContain(why);
});

it.each([
  '* * * * *',
  '30 9 * * 1-5',
  '0 0 1 */3 *',
  '0 9 * * thu',
  '0 9 * mar,jun *',
  '@daily',
  '5  4 * * *',
])('takes the expression %j', (cron) => {
  expect(faultInCron(cron)).toBeUndefined();
});

it('knows the zones of the time zone database, and no offsets', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia', 'Etc/GMT+3'])
    expect([zone, isZone(zone)]).toEqual([zone, true]);
  for (const zone of ['+02:00', 'Mars/Phobos', '', 'Europe/Berlin ', 'Berlin', '../etc', 'local', 'system'])
    expect([zone, isZone(zone)]).toEqual([zone, false]);
});

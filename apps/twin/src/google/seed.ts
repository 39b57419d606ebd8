import type { Account } from '../oauth/records.js';
import type { CalendarEvent, CalendarState } from './calendar/calendar-state.js';
import type { DriveFile } from './drive/drive-files.js';
import type { Mail } from './gmail/mails.js';
import type { GoogleState } from './google-state.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Accounts at the Google twin. */
export const GOOGLE_ACCOUNTS: Account[] = [
  {
    provider: 'google',
    id: '110169484474386276334',
    name: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
    email: 'ada@example.com',
    login: 'ada',
  },
  {
    provider: 'google',
    id: '117320496583920174652',
    name: 'Alan Turing',
    givenName: 'Alan',
    familyName: 'Turing',
    email: 'alan@example.com',
    login: 'alan',
  },
];

/** Calendars, mails and files, dated around now. */
export function seedGoogle(nowMs: number): GoogleState {
  const state: GoogleState = { calendars: new Map(), mails: new Map(), files: new Map() };
  for (const account of GOOGLE_ACCOUNTS) {
    state.calendars.set(account.id, seedCalendar(account, nowMs));
    state.mails.set(account.id, seedMails(account, nowMs));
    state.files.set(account.id, seedFiles(account, nowMs));
  }
  return state;
}

function seedCalendar(account: Account, nowMs: number): CalendarState {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const event = (id: string, summary: string, startMs: number, rest: Partial<CalendarEvent> = {}) => ({
    kind: 'calendar#event' as const,
    id: `${account.login}${id}`,
    etag: `"${nowMs}${id.length}"`,
    status: 'confirmed' as const,
    created: new Date(today - 7 * DAY_MS).toISOString(),
    updated: new Date(today - 7 * DAY_MS).toISOString(),
    summary,
    creator: { email: account.email, self: true },
    organizer: { email: account.email, self: true },
    iCalUID: `${account.login}${id}@google.com`,
    start: { dateTime: iso(startMs), timeZone: 'UTC' },
    end: { dateTime: iso(startMs + HOUR_MS), timeZone: 'UTC' },
    sequence: 0,
    eventType: 'default',
    ...rest,
  });
  const day = (offset: number) => new Date(today + offset * DAY_MS).toISOString().slice(0, 10);
  const events: CalendarEvent[] = [
    event('review', 'Design review', today + DAY_MS + 10 * HOUR_MS, { location: 'Room 1' }),
    event('lunch', 'Lunch with Grace', today + DAY_MS + 12 * HOUR_MS, {
      attendees: [{ email: 'grace@example.com', responseStatus: 'accepted' }],
    }),
    event('invitation', 'Engine demonstration', today + 3 * DAY_MS + 14 * HOUR_MS, invitation(account)),
    event('offsite', 'Offsite', 0, { start: { date: day(5) }, end: { date: day(7) } }),
    event('standup', 'Weekly stand-up', today + 2 * DAY_MS + 9 * HOUR_MS, {
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=8'],
    }),
    event('retro', 'Retrospective', today - 3 * DAY_MS + 15 * HOUR_MS),
  ];
  return {
    calendars: [
      { id: account.email, summary: account.email, timeZone: 'UTC', primary: true },
      { id: `team${account.login}@group.calendar.google.com`, summary: 'Team', timeZone: 'Europe/London' },
    ],
    events: events.map((stored, index) => ({
      calendarId: account.email,
      changeSeq: index + 1,
      event: stored,
    })),
    seq: events.length,
    oldestSyncSeq: 0,
  };
}

/** An event of somebody else, to which the account is invited. */
function invitation(account: Account): Partial<CalendarEvent> {
  return {
    creator: { email: 'charles@example.com' },
    organizer: { email: 'charles@example.com' },
    attendees: [
      { email: 'charles@example.com', organizer: true, responseStatus: 'accepted' },
      { email: account.email, self: true, responseStatus: 'needsAction' },
      { email: 'grace@example.com', responseStatus: 'tentative' },
    ],
  };
}

function seedMails(account: Account, nowMs: number): Mail[] {
  const texts = [
    [
      'Grace Hopper <grace@example.com>',
      'Compiler notes',
      'The nanoseconds are in the post. Invoice follows.',
    ],
    [
      'Charles Babbage <charles@example.com>',
      'Engine invoice',
      'Please find the invoice for the brass wheels.',
    ],
    ['Bulletin <news@example.net>', 'This week', 'Nothing much happened this week.'],
  ] as const;
  return texts.map(([from, subject, body], index) => {
    const date = nowMs - (index + 1) * 5 * HOUR_MS;
    const id = `18c0${account.login === 'ada' ? 'a' : 'b'}00000000${index + 1}`.padEnd(16, '0');
    const raw = [
      `From: ${from}`,
      `To: ${account.name} <${account.email}>`,
      `Subject: ${subject}`,
      `Date: ${new Date(date).toUTCString()}`,
      `Message-ID: <seed${index + 1}.${account.login}@example.com>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      '',
      body,
      '',
    ].join('\r\n');
    return {
      id,
      threadId: id,
      labelIds: index === 0 ? ['UNREAD', 'INBOX'] : ['INBOX'],
      historyId: 1000 + index,
      internalDate: date,
      raw: Buffer.from(raw).toString('base64url'),
    };
  });
}

function seedFiles(account: Account, nowMs: number): DriveFile[] {
  const file = (index: number, name: string, mimeType: string, content: string): DriveFile => ({
    id: `1${account.login}File${index}`.padEnd(33, 'x'),
    name,
    mimeType,
    parents: ['root'],
    trashed: false,
    createdTime: iso(nowMs - index * DAY_MS),
    modifiedTime: iso(nowMs - index * DAY_MS),
    version: 1,
    content: Buffer.from(content).toString('base64'),
  });
  return [
    file(
      1,
      'Analytical Engine notes.txt',
      'text/plain',
      'Note G describes an algorithm for Bernoulli numbers.',
    ),
    file(2, 'Budget 1843.csv', 'text/csv', 'item,pounds\nbrass,120\npunch cards,14\n'),
    file(
      3,
      'Project plan',
      'application/vnd.google-apps.document',
      'The plan: first the mill, then the store.',
    ),
    file(4, 'Drawings', 'application/vnd.google-apps.folder', ''),
    { ...file(5, 'Old draft.txt', 'text/plain', 'superseded'), trashed: true },
  ];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

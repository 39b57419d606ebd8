import { effectKey } from '../core/effect-key.js';
import {
  callTo,
  effectId,
  failureOf,
  fixture,
  startAnsweringServer,
  type AnsweringServer,
} from '../testing/index.js';
import { deleteEvent } from './actions/delete-event.js';
import { moveEvent } from './actions/move-event.js';
import { respondToEvent } from './actions/respond-to-event.js';
import { updateAttendees } from './actions/update-attendees.js';
import { updateEvent } from './actions/update-event.js';
import { googleCalendarProvider as provider } from './index.js';

const invitation = fixture(provider.id, 'invitation') as { id: string; etag: string; attendees: object[] };
const eventId = invitation.id;

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());

const callWith = <T>(input: T, attemptedAt?: Date) => ({
  ...callTo(server.origin, provider),
  input,
  attemptedAt,
});
const sentBody = () => server.requests.at(-1)?.body as Record<string, unknown>;
const marked = (mark: string, more: object = {}) => ({
  body: { ...invitation, extendedProperties: { private: { valetkeyEffect: mark } }, ...more },
});

describe('google-calendar.events.update', () => {
  const input = updateEvent.input.parse({ eventId, etag: '"7"', summary: 'New' });

  it('sends only what changes, for the version that was read, mails nobody and leaves its mark', async () => {
    server.answerWith(() => ({ body: invitation }));
    await updateEvent.run(callWith(input));
    const [request] = server.requests;
    expect(request?.method).toBe('PATCH');
    expect(request?.headers['if-match']).toBe('"7"');
    expect(request?.query.get('sendUpdates')).toBe('none');
    expect(request?.body).toEqual({
      summary: 'New',
      extendedProperties: { private: { valetkeyEffect: effectKey(effectId) } },
    });
  });

  it('is a conflict when the event has changed since', async () => {
    server.answerWith(() => ({ status: 412, body: { error: { errors: [{ reason: 'conditionNotMet' }] } } }));
    const error = await failureOf(updateEvent.run(callWith(input)));
    expect(error).toMatchObject({ code: 'conflict', reason: 'conditionNotMet', mayHaveHappened: false });
  });

  it('takes away the time when an event becomes all-day, and the day when it gets a time', async () => {
    server.answerWith(() => ({ body: invitation }));
    const [start, end] = [{ date: '2026-12-24' }, { date: '2026-12-25' }];
    await updateEvent.run(callWith(updateEvent.input.parse({ eventId, start, end })));
    expect(sentBody()['start']).toEqual({ date: '2026-12-24', dateTime: null, timeZone: null });
    const timed = { start: { dateTime: '2026-12-24T10:00:00Z' }, end: { dateTime: '2026-12-24T11:00:00Z' } };
    await updateEvent.run(callWith(updateEvent.input.parse({ eventId, ...timed })));
    expect(sentBody()['end']).toEqual({ dateTime: '2026-12-24T11:00:00Z', date: null });
  });

  it.each([
    ['nothing to change', {}],
    ['a start without an end', { start: { date: '2026-12-24' } }],
    ['an end before the start', { start: { date: '2026-12-24' }, end: { date: '2026-12-24' } }],
    ['an etag that would be a second header', { etag: '"a"\r\nX: y', summary: 'x' }],
    ['a rule with a line break', { recurrence: ['RRULE:FREQ=DAILY\nEXDATE:x'] }],
  ])('refuses %s', (_name, over) => {
    expect(updateEvent.input.safeParse({ eventId, ...over }).success).toBe(false);
  });

  const before = new Date('2026-11-20T09:00:00Z');
  const later = new Date('2026-11-21T09:00:00Z');
  it.each([
    ['has happened when its mark is there', marked(effectKey(effectId)), before, 'found'],
    ['has not happened without a mark', { body: invitation }, before, 'absent'],
    ['has not happened when the etag is the old one', marked('other', { etag: '"7"' }), before, 'absent'],
    ['has not happened when nothing changed since', marked('other'), later, 'absent'],
    ['is unknown when a later change hides the mark', marked('other'), before, 'unknown'],
    ['has not happened to an event that is not there', { status: 404 }, before, 'absent'],
  ])('%s', async (_name, reply, attemptedAt, verdict) => {
    server.answerWith(() => reply);
    await expect(updateEvent.recover?.(callWith(input, attemptedAt))).resolves.toHaveProperty(verdict);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });
});

describe('google-calendar.attendees.update', () => {
  it('keeps the answers of those who stay, and sends the list for the version that it read', async () => {
    server.answerWith(() => ({ body: invitation }));
    const add = [{ email: 'GRACE@example.com', optional: true }, { email: 'joan@example.com' }];
    const input = updateAttendees.input.parse({ eventId, add, remove: ['Charles@example.com'] });
    await updateAttendees.run(callWith(input));
    expect(server.requests.at(-1)?.headers['if-match']).toBe(invitation.etag);
    expect(sentBody()['attendees']).toEqual([
      { email: 'ada@example.com', self: true, responseStatus: 'needsAction' },
      {
        email: 'GRACE@example.com',
        optional: true,
        responseStatus: 'tentative',
        comment: 'If the train runs',
      },
      { email: 'joan@example.com' },
    ]);
  });

  it('changes nothing when Google shows only a part of the guests', async () => {
    server.answerWith(() => ({ body: { ...invitation, attendeesOmitted: true } }));
    const input = updateAttendees.input.parse({ eventId, remove: ['charles@example.com'] });
    const error = await failureOf(updateAttendees.run(callWith(input)));
    expect(error).toMatchObject({ code: 'invalid_request', reason: 'attendeesOmitted' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('google-calendar.events.respond', () => {
  const input = respondToEvent.input.parse({ eventId, response: 'accepted', comment: 'Gladly' });

  it('sends the own answer alone, so that the others keep theirs', async () => {
    server.answerWith(() => ({ body: invitation }));
    await respondToEvent.run(callWith(input));
    expect(sentBody()).toEqual({
      attendees: [{ email: 'ada@example.com', self: true, responseStatus: 'accepted', comment: 'Gladly' }],
      attendeesOmitted: true,
    });
  });

  it('says so when the user is no guest', async () => {
    server.answerWith(() => ({ body: { ...invitation, attendees: invitation.attendees.slice(0, 1) } }));
    const error = await failureOf(respondToEvent.run(callWith(input)));
    expect(error).toMatchObject({ code: 'invalid_request', reason: 'notAnAttendee', mayHaveHappened: false });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('reads its own answer back', async () => {
    server.answerWith(() => ({ body: invitation }));
    await expect(respondToEvent.recover?.(callWith(input))).resolves.toEqual({ absent: true });
    const attendees = [
      { email: 'ada@example.com', self: true, responseStatus: 'accepted', comment: 'Gladly' },
    ];
    server.answerWith(() => ({ body: { ...invitation, attendees } }));
    await expect(respondToEvent.recover?.(callWith(input))).resolves.toHaveProperty('found');
  });
});

describe('what became of a deletion or a move', () => {
  it.each([
    ['gone', { status: 404 }, 'found'],
    ['cancelled', { body: { id: eventId, status: 'cancelled' } }, 'found'],
    ['still there', { body: invitation }, 'absent'],
  ])('a deleted event is %s', async (_name, reply, verdict) => {
    server.answerWith(() => reply);
    const input = deleteEvent.input.parse({ eventId });
    await expect(deleteEvent.recover?.(callWith(input))).resolves.toHaveProperty(verdict);
  });

  it.each([
    ['there and its own', { body: { ...invitation, organizer: { self: true } } }, 'found'],
    ['there as a guest only', { body: invitation }, 'absent'],
    ['not there', { status: 404 }, 'absent'],
  ])('on the new calendar a moved event is %s', async (_name, reply, verdict) => {
    server.answerWith(() => reply);
    const input = moveEvent.input.parse({ eventId, destinationCalendarId: 'team' });
    await expect(moveEvent.recover?.(callWith(input))).resolves.toHaveProperty(verdict);
    expect(server.requests[0]?.path).toContain('/calendars/team/events/');
  });
});

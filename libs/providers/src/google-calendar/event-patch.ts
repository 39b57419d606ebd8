import { z } from 'zod';
import { calendarId, etag, eventId, sendUpdates } from './event.js';
import { isInOrder, moment, wholeMoment } from './event-moment.js';
import { recurrence } from './new-event.js';

const changes = {
  summary: z.string().min(1).max(1024).optional().describe('New title'),
  description: z.string().max(8192).optional().describe('New text; an empty one removes it'),
  location: z.string().max(1024).optional().describe('New place; an empty one removes it'),
  start: moment.optional().describe('New start; a date makes it an all-day event'),
  end: moment.optional().describe('Of the same kind as start; all day: the day after the last'),
  recurrence: recurrence.optional().describe('New rules of a series, RFC 5545'),
};

/** The input for a change to an event: members that are left out stay. */
export const eventPatch = z
  .strictObject({ calendarId, eventId, etag, ...changes, sendUpdates })
  .refine((input) => Object.keys(changes).some((name) => input[name as keyof typeof changes] !== undefined), {
    message: 'names nothing to change',
  })
  .refine(({ start, end }) => (start === undefined) === (end === undefined), {
    path: ['end'],
    message: 'start and end come together',
  })
  .refine(({ start, end }) => !start || !end || isInOrder(start, end), {
    path: ['end'],
    message: 'must be after start and of the same kind',
  })
  .meta({
    examples: [
      { eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o', etag: '"3521092488000000"', summary: 'Planning, part 2' },
      {
        eventId: '4c2v1p0s8a3k9t6h5r7e1n2q0o',
        start: { date: '2026-12-24' },
        end: { date: '2026-12-25' },
        sendUpdates: 'all',
      },
    ],
  });

/** The body of `events.patch`. */
export function patchBody({ start, end, ...input }: z.output<typeof eventPatch>) {
  const { summary, description, location, recurrence: rules } = input;
  return {
    summary,
    description,
    location,
    recurrence: rules,
    ...(start && end ? { start: wholeMoment(start), end: wholeMoment(end) } : {}),
  };
}

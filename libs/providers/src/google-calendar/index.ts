import { createEvent } from './actions/create-event.js';
import { listEvents } from './actions/list-events.js';
import { googleCalendar } from './definition.js';
import { classifyFailure } from './errors.js';

export const googleCalendarProvider = googleCalendar.with({
  actions: [listEvents, createEvent],
  classifyFailure,
});

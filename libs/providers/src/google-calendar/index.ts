import { createEvent } from './actions/create-event.js';
import { deleteEvent } from './actions/delete-event.js';
import { findSlots } from './actions/find-slots.js';
import { getEvent } from './actions/get-event.js';
import { listCalendars } from './actions/list-calendars.js';
import { listEvents } from './actions/list-events.js';
import { moveEvent } from './actions/move-event.js';
import { queryFreeBusy } from './actions/query-free-busy.js';
import { quickAddEvent } from './actions/quick-add-event.js';
import { respondToEvent } from './actions/respond-to-event.js';
import { searchEvents } from './actions/search-events.js';
import { updateAttendees } from './actions/update-attendees.js';
import { updateEvent } from './actions/update-event.js';
import { googleCalendar } from './definition.js';
import { classifyFailure } from './errors.js';
import { requests } from './requests.js';

export const googleCalendarProvider = googleCalendar.with({
  actions: [
    listCalendars,
    listEvents,
    searchEvents,
    getEvent,
    createEvent,
    quickAddEvent,
    updateEvent,
    updateAttendees,
    respondToEvent,
    moveEvent,
    deleteEvent,
    queryFreeBusy,
    findSlots,
  ],
  classifyFailure,
  requests,
});

import { destructiveWhen, isWord, requestRules, type RequestRule } from '../requests/request-rules.js';
import table from './routes.json' with { type: 'json' };

const CALENDAR = '/calendar/v3/calendars/{calendarId}';
const changes = ['events.update', 'events.respond', 'attendees.update'];
const event = (...actions: string[]): RequestRule => ({
  actions,
  // To cancel is to delete.
  judge: destructiveWhen({ status: isWord('cancelled', 'canceled') }),
});
const access: RequestRule = {
  // An owner can delete the calendar, `none` removes somebody's access, and these two open it to strangers.
  judge: destructiveWhen({ role: isWord('owner', 'none'), 'scope.type': isWord('default', 'domain') }),
};

/** The effects of forwarded requests to Google Calendar. */
export const requests = requestRules(table, {
  'GET /calendar/v3/users/me/calendarList': { actions: ['calendars.list'] },
  'POST /calendar/v3/freeBusy': { actions: ['freebusy.query', 'slots.find'] },
  [`GET ${CALENDAR}/events`]: { actions: ['events.list', 'events.search'] },
  [`GET ${CALENDAR}/events/{eventId}`]: { actions: ['events.get'] },
  [`POST ${CALENDAR}/events`]: event('events.create'),
  [`POST ${CALENDAR}/events/import`]: event('events.create'),
  [`POST ${CALENDAR}/events/quickAdd`]: { actions: ['events.quick-add'] },
  [`PATCH ${CALENDAR}/events/{eventId}`]: event(...changes),
  [`PUT ${CALENDAR}/events/{eventId}`]: event(...changes),
  [`POST ${CALENDAR}/events/{eventId}/move`]: { actions: ['events.move'] },
  [`DELETE ${CALENDAR}/events/{eventId}`]: { actions: ['events.delete'] },
  [`POST ${CALENDAR}/acl`]: access,
  [`PATCH ${CALENDAR}/acl/{ruleId}`]: access,
  [`PUT ${CALENDAR}/acl/{ruleId}`]: access,
});

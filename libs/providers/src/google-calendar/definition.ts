import { describeProvider } from '../core/provider.js';
import { googleAnswers, googleProblem } from '../google/google-clients.js';

/** Google Calendar API v3. */
export const googleCalendar = describeProvider({
  id: 'google-calendar',
  displayName: 'Google Calendar',
  summary: 'Calendars, events and free times.',
  connector: 'google',
  apiBaseUrl: 'https://www.googleapis.com/calendar/v3',
  caseless: ['email', 'remove', 'calendarId', 'calendarIds', 'destinationCalendarId'],
  answers: googleAnswers,
  problemMembers: googleProblem,
  // https://developers.google.com/workspace/calendar/api/guides/quota
  budgets: [{ name: 'requests', units: 600, windowMs: 60_000, costs: [{ units: 1 }] }],
  scopes: {
    'https://www.googleapis.com/auth/calendar.events.readonly': {
      description: 'See the events on all your calendars.',
    },
    'https://www.googleapis.com/auth/calendar.events': {
      description: 'See, create, change and delete events on all your calendars.',
      implies: ['https://www.googleapis.com/auth/calendar.events.readonly'],
    },
    'https://www.googleapis.com/auth/calendar.calendarlist.readonly': {
      description: 'See which calendars you have on your list.',
    },
    'https://www.googleapis.com/auth/calendar.events.freebusy': {
      description: 'See when you and others are busy, without any details.',
    },
    'https://www.googleapis.com/auth/calendar.readonly': {
      description: 'See all your calendars and everything on them.',
      implies: [
        'https://www.googleapis.com/auth/calendar.events.readonly',
        'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
        'https://www.googleapis.com/auth/calendar.events.freebusy',
      ],
    },
    'https://www.googleapis.com/auth/calendar': {
      description: 'See, change, share and permanently delete all your calendars.',
      implies: [
        'https://www.googleapis.com/auth/calendar.events',
        'https://www.googleapis.com/auth/calendar.readonly',
      ],
    },
  },
});

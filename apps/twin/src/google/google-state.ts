import type { CalendarState } from './calendar/calendar-state.js';
import type { DriveFile } from './drive/drive-files.js';
import type { Mail } from './gmail/mails.js';

/** What the Google twin remembers for each account (by subject). */
export interface GoogleState {
  calendars: Map<string, CalendarState>;
  mails: Map<string, Mail[]>;
  files: Map<string, DriveFile[]>;
}

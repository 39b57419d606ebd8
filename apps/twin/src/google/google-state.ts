import type { CalendarState } from './calendar/calendar-state.js';
import type { DriveFile } from './drive/drive-files.js';
import type { Mail } from './gmail/mails.js';

/** The state of the Google twin for each account (by subject). */
export interface GoogleState {
  calendars: Map<string, CalendarState>;
  mails: Map<string, Mail[]>;
  files: Map<string, DriveFile[]>;
}

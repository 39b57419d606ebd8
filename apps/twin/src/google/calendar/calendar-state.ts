/** Start or end of an event: a day, or an instant. */
export interface EventTime {
  date?: string;
  dateTime?: string;
  timeZone?: string;
}

/** A guest with Calendar's own field names. */
export interface Attendee {
  email: string;
  responseStatus?: string;
  self?: boolean;
  organizer?: boolean;
  [field: string]: unknown;
}

/** An event with Calendar's own field names. */
export interface CalendarEvent {
  kind: 'calendar#event';
  id: string;
  etag: string;
  status: 'confirmed' | 'tentative' | 'cancelled';
  created: string;
  updated: string;
  summary?: string;
  description?: string;
  location?: string;
  start: EventTime;
  end: EventTime;
  recurrence?: string[];
  recurringEventId?: string;
  attendees?: Attendee[];
  sequence: number;
  [field: string]: unknown;
}

/** A stored event with where it belongs and when it changed. */
export interface StoredEvent {
  calendarId: string;
  /** Change number, for incremental sync. */
  changeSeq: number;
  event: CalendarEvent;
}

/** An entry of the calendar list. */
export interface Calendar {
  id: string;
  summary: string;
  timeZone: string;
  primary?: boolean;
}

/** The calendars of one account. */
export interface CalendarState {
  calendars: Calendar[];
  events: StoredEvent[];
  seq: number;
  /** Sync tokens older than this answer 410. */
  oldestSyncSeq: number;
}

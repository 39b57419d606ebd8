import { fullScope } from './google-scopes.js';

const CALENDAR_WRITE = ['calendar', 'calendar.app.created', 'calendar.events', 'calendar.events.owned'];
const CALENDAR_READ = [
  ...CALENDAR_WRITE,
  'calendar.events.freebusy',
  'calendar.events.owned.readonly',
  'calendar.events.public.readonly',
  'calendar.events.readonly',
  'calendar.readonly',
];
const MAIL = 'https://mail.google.com/';
const MAIL_READ = [MAIL, 'gmail.metadata', 'gmail.modify', 'gmail.readonly'];
const MAIL_CONTENT = [MAIL, 'gmail.modify', 'gmail.readonly'];
const DRAFT_READ = [MAIL, 'gmail.compose', 'gmail.modify', 'gmail.readonly'];
const DRAFT_WRITE = [MAIL, 'gmail.compose', 'gmail.modify'];
const MAIL_CHANGE = [MAIL, 'gmail.modify'];
const DRIVE_WRITE = ['drive', 'drive.appdata', 'drive.file'];
const DRIVE_READ = [
  'drive',
  'drive.appdata',
  'drive.file',
  'drive.metadata',
  'drive.metadata.readonly',
  'drive.readonly',
];
const DRIVE_SHARED = ['drive', 'drive.file', 'drive.metadata', 'drive.metadata.readonly', 'drive.readonly'];

/** Scopes of which each method accepts any one: from the discovery documents. */
const ACCEPTED = {
  'calendar.calendarList.list': [
    'calendar',
    'calendar.calendarlist',
    'calendar.calendarlist.readonly',
    'calendar.readonly',
  ],
  'calendar.calendarList.get': [
    'calendar',
    'calendar.app.created',
    'calendar.calendarlist',
    'calendar.calendarlist.readonly',
    'calendar.readonly',
  ],
  'calendar.calendars.get': [
    'calendar',
    'calendar.app.created',
    'calendar.calendars',
    'calendar.calendars.readonly',
    'calendar.readonly',
  ],
  'calendar.freebusy.query': [
    'calendar',
    'calendar.events.freebusy',
    'calendar.freebusy',
    'calendar.readonly',
  ],
  'calendar.events.list': CALENDAR_READ,
  'calendar.events.get': CALENDAR_READ,
  'calendar.events.insert': CALENDAR_WRITE,
  'calendar.events.patch': CALENDAR_WRITE,
  'calendar.events.update': CALENDAR_WRITE,
  'calendar.events.delete': CALENDAR_WRITE,
  'calendar.events.quickAdd': CALENDAR_WRITE,
  'calendar.events.move': ['calendar', 'calendar.events', 'calendar.events.owned'],
  'gmail.users.getProfile': [MAIL, 'gmail.compose', 'gmail.metadata', 'gmail.modify', 'gmail.readonly'],
  'gmail.users.labels.list': [MAIL, 'gmail.labels', 'gmail.metadata', 'gmail.modify', 'gmail.readonly'],
  'gmail.users.messages.list': MAIL_READ,
  'gmail.users.messages.get': MAIL_READ,
  'gmail.users.threads.get': MAIL_READ,
  'gmail.users.messages.send': [MAIL, 'gmail.compose', 'gmail.modify', 'gmail.send'],
  'gmail.users.messages.modify': MAIL_CHANGE,
  'gmail.users.messages.trash': MAIL_CHANGE,
  'gmail.users.messages.untrash': MAIL_CHANGE,
  'gmail.users.messages.attachments.get': MAIL_CONTENT,
  'gmail.users.drafts.list': DRAFT_READ,
  'gmail.users.drafts.get': DRAFT_READ,
  'gmail.users.drafts.create': DRAFT_WRITE,
  'gmail.users.drafts.update': DRAFT_WRITE,
  'gmail.users.drafts.delete': DRAFT_WRITE,
  'gmail.users.drafts.send': DRAFT_WRITE,
  'drive.about.get': DRIVE_READ,
  'drive.files.list': DRIVE_READ,
  'drive.files.get': DRIVE_READ,
  'drive.files.generateIds': DRIVE_WRITE,
  'drive.files.create': DRIVE_WRITE,
  'drive.files.update': [...DRIVE_WRITE, 'drive.metadata'],
  'drive.files.delete': DRIVE_WRITE,
  'drive.files.copy': ['drive', 'drive.appdata', 'drive.file'],
  'drive.permissions.list': DRIVE_SHARED,
  'drive.permissions.get': DRIVE_SHARED,
  'drive.permissions.create': ['drive', 'drive.file'],
  'drive.permissions.delete': ['drive', 'drive.file'],
  'drive.files.export': ['drive', 'drive.file', 'drive.readonly'],
  'oauth2.userinfo.get': ['openid', 'userinfo.email', 'userinfo.profile'],
} as const;

/** A method of a Google API that the twin has. */
export type GoogleMethod = keyof typeof ACCEPTED;

/** Full names of the scopes of which the method accepts any one. */
export function acceptedScopes(method: GoogleMethod): string[] {
  return ACCEPTED[method].map(fullScope);
}

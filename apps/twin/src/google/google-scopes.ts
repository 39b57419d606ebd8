const PREFIX = 'https://www.googleapis.com/auth/';

/** Sign-in scopes: always part of the consent, never to be unticked. */
export const SIGN_IN_SCOPES = new Set(['openid', `${PREFIX}userinfo.email`, `${PREFIX}userinfo.profile`]);

const SENTENCES: Record<string, string> = {
  openid: 'Know who you are at Google',
  [`${PREFIX}userinfo.email`]: 'See your primary Google Account email address',
  [`${PREFIX}userinfo.profile`]: 'See your personal info, including any that you have made public',
  'https://mail.google.com/': 'Read, compose, send and permanently delete all your email from Gmail',
  [`${PREFIX}calendar`]: 'See, edit, share and permanently delete all the calendars that you can access',
  [`${PREFIX}calendar.readonly`]: 'See and download any calendar that you can access',
  [`${PREFIX}calendar.events`]: 'View and edit events on all your calendars',
  [`${PREFIX}calendar.events.readonly`]: 'View events on all your calendars',
  [`${PREFIX}calendar.events.owned`]: 'See, create, change and delete events on calendars that you own',
  [`${PREFIX}calendar.events.owned.readonly`]: 'See the events on calendars that you own',
  [`${PREFIX}calendar.events.freebusy`]: 'See the availability on calendars that you can access',
  [`${PREFIX}calendar.events.public.readonly`]: 'See the events on public calendars',
  [`${PREFIX}calendar.freebusy`]: 'View your availability in your calendars',
  [`${PREFIX}calendar.settings.readonly`]: 'View your Calendar settings',
  [`${PREFIX}calendar.app.created`]: 'Make secondary calendars and manage the events on them',
  [`${PREFIX}calendar.calendars`]: 'See and change the properties of your calendars, and make new ones',
  [`${PREFIX}calendar.calendars.readonly`]:
    'See the title, description and other properties of your calendars',
  [`${PREFIX}calendar.calendarlist`]: 'See, add and remove calendars that you subscribe to',
  [`${PREFIX}calendar.calendarlist.readonly`]: 'See the list of calendars that you subscribe to',
  [`${PREFIX}calendar.acls`]: 'See and change the sharing permissions of your calendars',
  [`${PREFIX}calendar.acls.readonly`]: 'See the sharing permissions of your calendars',
  [`${PREFIX}gmail.readonly`]: 'View your email messages and settings',
  [`${PREFIX}gmail.metadata`]: 'View your email message metadata, but not the email content',
  [`${PREFIX}gmail.send`]: 'Send email on your behalf',
  [`${PREFIX}gmail.compose`]: 'Manage drafts and send emails',
  [`${PREFIX}gmail.modify`]: 'Read, compose and send emails from your Gmail account',
  [`${PREFIX}gmail.insert`]: 'Add emails into your Gmail mailbox',
  [`${PREFIX}gmail.labels`]: 'See and edit your email labels',
  [`${PREFIX}gmail.settings.basic`]: 'See, edit, create or change your email settings and filters in Gmail',
  [`${PREFIX}drive`]: 'See, edit, create and delete all of your Google Drive files',
  [`${PREFIX}drive.readonly`]: 'See and download all your Google Drive files',
  [`${PREFIX}drive.file`]:
    'See, edit, create and delete only the specific Google Drive files you use with this app',
  [`${PREFIX}drive.metadata`]: 'View and manage metadata of files in your Google Drive',
  [`${PREFIX}drive.metadata.readonly`]: 'See information about your Google Drive files',
  [`${PREFIX}drive.appdata`]: 'See, create and delete its own configuration data in your Google Drive',
  [`${PREFIX}contacts.readonly`]: 'See and download your contacts',
  [`${PREFIX}contacts`]: 'See, edit, download and permanently delete your contacts',
  [`${PREFIX}tasks`]: 'Create, edit, organise and delete all your tasks',
  [`${PREFIX}tasks.readonly`]: 'View your tasks',
  [`${PREFIX}spreadsheets`]: 'See, edit, create and delete all your Google Sheets spreadsheets',
  [`${PREFIX}spreadsheets.readonly`]: 'See all your Google Sheets spreadsheets',
  [`${PREFIX}documents`]: 'See, edit, create and delete all your Google Docs documents',
  [`${PREFIX}documents.readonly`]: 'See all your Google Docs documents',
  [`${PREFIX}youtube`]: 'Manage your YouTube account',
  [`${PREFIX}youtube.readonly`]: 'View your YouTube account',
  [`${PREFIX}youtube.upload`]: 'Manage your YouTube videos',
};

/** Google answers with the long names of `email` and `profile`. */
export function canonicalScope(scope: string): string {
  return scope === 'email' || scope === 'profile' ? `${PREFIX}userinfo.${scope}` : scope;
}

/** Whether Google knows the scope. */
export function isKnownScope(scope: string): boolean {
  return scope in SENTENCES;
}

/** The sentence that a person reads. */
export function sentenceOf(scope: string): string {
  return SENTENCES[scope] ?? scope;
}

/** Full name of a scope from its last part. */
export function fullScope(short: string): string {
  return short.startsWith('https:') || short === 'openid' ? short : `${PREFIX}${short}`;
}

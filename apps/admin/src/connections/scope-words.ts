/**
 * Scopes in plain words, by the last part that carries the meaning. An unknown scope is shown as it is:
 * a guess about what someone allowed would be worse than its technical name.
 */
const words: Record<string, string> = {
  openid: 'Know who you are',
  profile: 'See name and picture',
  'userinfo.profile': 'See name and picture',
  email: 'See email address',
  'userinfo.email': 'See email address',
  offline_access: 'Stay connected without asking again',
  calendar: 'See and change all calendars',
  'calendar.readonly': 'See calendars and events',
  'calendar.events': 'See, create and change events',
  'calendar.events.readonly': 'See events',
  'gmail.readonly': 'Read mail',
  'gmail.send': 'Send mail',
  'gmail.compose': 'Write drafts and send mail',
  'gmail.modify': 'Read, write and label mail',
  'gmail.metadata': 'See mail headers and labels',
  'gmail.labels': 'See and change mail labels',
  drive: 'See and change all files in Drive',
  'drive.readonly': 'See all files in Drive',
  'drive.file': 'See and change files opened with this app',
  'drive.metadata.readonly': 'See names and folders in Drive',
  repo: 'Full access to repositories, private ones included',
  public_repo: 'Write access to public repositories',
  'repo:status': 'See and set commit statuses',
  'read:user': 'Read the profile',
  user: 'Read and change the profile',
  'user:email': 'See email addresses',
  'read:org': 'See organisations and teams',
  gist: 'Create gists',
  notifications: 'Read notifications',
  workflow: 'Change workflow files',
  'account_info.read': 'See account information',
  'files.metadata.read': 'See names and folders of files',
  'files.metadata.write': 'Change names and folders of files',
  'files.content.read': 'Read files',
  'files.content.write': 'Create, change and delete files',
  'sharing.read': 'See shared links',
  'sharing.write': 'Share files',
};

const lastPart = (scope: string): string =>
  /^https?:\/\//.test(scope) ? (scope.replace(/\/$/, '').split('/').at(-1) ?? scope) : scope;

const known = (scope: string): string | undefined => (Object.hasOwn(words, scope) ? words[scope] : undefined);

export const scopeWords = (scope: string): string | undefined =>
  scope === 'https://mail.google.com/' ? 'Read, write, send and delete all mail' : known(lastPart(scope));

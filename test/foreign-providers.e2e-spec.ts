import { guideFunctions } from './fixtures/guide-functions.js';
import {
  APP_CALLBACK,
  callersOf,
  connectAccount,
  FOREIGN_ACCOUNT,
  freePort,
  startForeignProviders,
  startServer,
  type Callers,
  type Client,
  type ForeignProviders,
  type Server,
} from './kit/index.js';

const USER = 'foreign-ada';
const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const GOOGLE_SCOPES = [
  'calendar.events',
  'calendar.calendarlist.readonly',
  'calendar.events.freebusy',
  'gmail.modify',
  'drive',
].map((name) => `https://www.googleapis.com/auth/${name}`);
const REPO = { owner: FOREIGN_ACCOUNT.github, repo: 'engine' };

let foreign: ForeignProviders;
let server: Server;
let callers: Callers;
let user: Client;
const walked = new Set<string>();
beforeAll(async () => {
  const port = await freePort();
  foreign = await startForeignProviders(`http://localhost:${port}`);
  server = await startServer({ port, env: { VALETKEY_CONNECTORS_FILE: foreign.connectorsFile } });
  callers = await callersOf(server);
  user = await callers.user(USER);
  const { consent } = foreign;
  await connectAccount(user, { target: 'google', scope: GOOGLE_SCOPES.join(' '), consent });
  await connectAccount(user, { target: 'github', scope: 'repo workflow', consent });
});
afterAll(async () => {
  await server?.destroy();
  await foreign?.close();
});

/** The output of an action that must succeed. */
async function run(action: string, input: object = {}) {
  const { status, body, text } = await user.post(`/v1/actions/${action}`, { userId: USER, input });
  if (status !== 200) throw new Error(`${action}: ${status} ${text}`);
  walked.add(action);
  return body.output;
}

const inRepo = (action: string, input: object = {}) => run(`github.${action}`, { ...REPO, ...input });

/** Requests for which there is no action. */
const proxied = (path: string, body: object) =>
  user.post(`/v1/proxy/${path}`, body, { 'valetkey-user': USER });

describe('the guide, at a Google that is not ours', () => {
  function guideFor() {
    const storage = new Map<string, string>();
    const window = { location: { href: '' } };
    const guide = guideFunctions({
      host: server.url,
      googleCalendarApi: `${foreign.google}/calendar/v3`,
      googleConnectorId: 'google',
      callback: APP_CALLBACK,
      window,
      sessionStorage: {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => void storage.set(key, value),
        removeItem: (key) => void storage.delete(key),
      },
    });
    const consent = async () => new URL(await foreign.consent(window.location.href)).searchParams;
    return { ...guide, consent };
  }

  it('runs as printed: no token, consent, and the event is in the calendar', async () => {
    const token = (await callers.user('guide-user')).credential as string;
    const guide = guideFor();
    const details = {
      summary: 'Printed guide',
      start: { dateTime: '2027-03-01T10:00:00Z' },
      end: { dateTime: '2027-03-01T11:00:00Z' },
    };
    expect(await guide.getGoogleAccessToken(token)).toBeNull();
    expect(await guide.addCalendarEvent(token, details)).toBeUndefined();
    await guide.handleAuthorizationCallback(token, await guide.consent());
    expect(await guide.getGoogleAccessToken(token)).toMatchObject({
      accessToken: expect.any(String),
      scope: expect.stringContaining(EVENTS),
    });
    expect(await guide.addCalendarEvent(token, details)).toMatchObject({ summary: 'Printed guide' });
  });
});

describe("the guide's steps, at a GitHub that is not ours", () => {
  const TOKEN = '/my-account/identities/github/access-token';

  it('lead from no token to a token of the account that agreed, and more scopes are added', async () => {
    const visitor = await callers.user('github-visitor');
    const none = await visitor.get(TOKEN);
    expect([none.status, none.body]).toEqual([404, null]);
    const { consent } = foreign;
    await connectAccount(visitor, { target: 'github', scope: 'notifications', consent });
    const { body: first } = await visitor.get(TOKEN);
    expect(first.scope.split(' ').sort()).toEqual(['notifications', 'read:user']);
    const whose = await fetch(`${foreign.github}/user`, {
      headers: { authorization: `Bearer ${first.accessToken}` },
    });
    expect(await whose.json()).toMatchObject({ login: FOREIGN_ACCOUNT.github });

    await connectAccount(visitor, { target: 'github', scope: 'public_repo', consent });
    const { body: second } = await visitor.get(TOKEN);
    expect(second.scope.split(' ').sort()).toEqual(['notifications', 'public_repo', 'read:user']);
    expect((await visitor.get('/my-account/connections')).body.data).toMatchObject([
      { target: 'github', status: 'active', account: { name: FOREIGN_ACCOUNT.github } },
    ]);
  });
});

describe('actions, at a Google and a GitHub that are not ours', () => {
  it('plan in the calendar', async () => {
    expect((await run('google-calendar.calendars.list')).calendars).toMatchObject([{ id: 'primary' }]);
    const start = { dateTime: '2027-03-03T10:00:00Z' };
    const end = { dateTime: '2027-03-03T11:00:00Z' };
    const { id: eventId } = await run('google-calendar.events.create', { summary: 'Lecture', start, end });
    const day = { timeMin: '2027-03-03T00:00:00Z', timeMax: '2027-03-04T00:00:00Z' };
    const listed = await run('google-calendar.events.list', day);
    expect(listed.events).toMatchObject([{ id: eventId, summary: 'Lecture' }]);
    const found = await run('google-calendar.events.search', { query: 'lecture', ...day });
    expect(found.events).toMatchObject([{ id: eventId }]);
    const { calendars } = await run('google-calendar.freebusy.query', day);
    expect(calendars[0].busy).toHaveLength(1);
    const { slots } = await run('google-calendar.slots.find', { ...day, timeZone: 'UTC', limit: 3 });
    expect(slots.map((slot: { start: string }) => slot.start.slice(11, 16))).toEqual([
      '09:00',
      '09:30',
      '11:00',
    ]);
    expect(await run('google-calendar.events.delete', { eventId })).toEqual({ id: eventId });
    expect((await run('google-calendar.events.list', day)).events).toEqual([]);
  });

  it('read, write, answer and order mail', async () => {
    const { messages } = await run('gmail.messages.search', { query: 'subject:notes' });
    const [{ id: messageId, threadId }] = messages;
    expect(await run('gmail.messages.get', { messageId })).toMatchObject({
      from: 'Grace Hopper <grace@example.com>',
      subject: 'Compiler notes',
      text: expect.stringContaining('nanosecond'),
    });
    const { labels } = await run('gmail.labels.list');
    expect(labels).toContainEqual({ id: 'Label_ops', name: 'Ops', type: 'user' });
    const change = { messageId, addLabelIds: ['Label_ops'], removeLabelIds: ['UNREAD'] };
    expect((await run('gmail.messages.label', change)).labelIds).toContain('Label_ops');
    await run('gmail.messages.reply', { messageId, text: 'Grüße, Grace!' });
    expect((await run('gmail.threads.get', { threadId })).messages).toHaveLength(2);
    await run('gmail.messages.forward', { messageId, to: ['alan@example.com'], text: 'For you.' });
    const sent = await run('gmail.messages.send', {
      to: ['alan@example.com'],
      subject: 'Zürich 🎼',
      text: '解析機関',
    });
    expect(await run('gmail.messages.get', { messageId: sent.id })).toMatchObject({
      subject: 'Zürich 🎼',
      text: expect.stringContaining('解析機関'),
    });
    expect((await run('gmail.messages.trash', { messageId })).labelIds).toContain('TRASH');
  });

  it('download what came with a mail', async () => {
    const mail = [
      'From: grace@example.com',
      'To: ada@example.com',
      'Subject: Card',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=cut',
      '',
      '--cut',
      'Content-Type: text/plain; charset=utf-8',
      '',
      'See below.',
      '--cut',
      'Content-Type: application/octet-stream; name="card.bin"',
      'Content-Disposition: attachment; filename="card.bin"',
      'Content-Transfer-Encoding: base64',
      '',
      btoa('\x00\xff42'),
      '--cut--',
    ].join('\r\n');
    const raw = Buffer.from(mail).toString('base64url');
    const { body } = await proxied('gmail/users/me/messages', { raw });
    const shown = await run('gmail.messages.get', { messageId: body.id });
    expect(shown.attachments).toMatchObject([{ filename: 'card.bin' }]);
    const { partId } = shown.attachments[0];
    const file = await run('gmail.attachments.get', { messageId: body.id, partId });
    expect(atob(file.contentBase64)).toBe('\x00\xff42');
  });

  it('write, change and send a draft', async () => {
    const { id: draftId } = await run('gmail.drafts.create', { subject: 'Draft', text: 'Not yet' });
    const final = { to: ['alan@example.com'], subject: 'Final', text: 'Now' };
    expect(await run('gmail.drafts.update', { draftId, ...final })).toMatchObject({ id: draftId });
    const { id } = await run('gmail.drafts.send', { draftId });
    expect(await run('gmail.messages.get', { messageId: id })).toMatchObject({ subject: 'Final' });
  });

  it('keep files in Drive', async () => {
    const { id: folderId } = await run('google-drive.folders.create', { name: 'Reports' });
    const file = { name: 'March.txt', folderId, text: 'Grüße\n' };
    const { id: fileId } = await run('google-drive.files.upload', file);
    expect(await run('google-drive.files.get', { fileId })).toMatchObject({ name: 'March.txt' });
    expect(await run('google-drive.files.download', { fileId })).toMatchObject({ content: 'Grüße\n' });
    const renamed = await run('google-drive.files.rename', { fileId, name: 'April.txt' });
    expect(renamed).toMatchObject({ id: fileId, name: 'April.txt' });
    const moved = await run('google-drive.files.move', { fileId, folderId: 'root' });
    expect(moved.parents).toEqual(['root']);
    const found = await run('google-drive.files.search', { nameContains: 'April' });
    expect(found.files).toContainEqual(expect.objectContaining({ id: fileId }));
    await run('google-drive.files.trash', { fileId });
  });

  it('work on issues', async () => {
    expect((await run('github.repositories.list')).repositories).toMatchObject([{ fullName: 'ada/engine' }]);
    expect(await inRepo('repositories.get')).toMatchObject({ fullName: 'ada/engine' });
    const { number } = await inRepo('issues.create', { title: 'Punch cards jam', body: 'Often.' });
    await inRepo('labels.add', { number, labels: ['bug'] });
    expect(await inRepo('labels.list', { number })).toMatchObject({ labels: ['bug'] });
    expect(await inRepo('labels.remove', { number, label: 'bug' })).toEqual({ labels: [] });
    expect(await inRepo('issues.comment', { number, body: 'Oil helps.' })).toMatchObject({
      body: 'Oil helps.',
    });
    expect((await inRepo('comments.list', { number })).comments).toMatchObject([{ author: 'ada' }]);
    expect((await inRepo('issues.list')).issues).toMatchObject([{ number }]);
    const found = await run('github.issues.search', { query: 'repo:ada/engine jam' });
    expect(found).toMatchObject({ total: 1, issues: [{ number }] });
    const closed = { state: 'closed', stateReason: 'not_planned' };
    expect(await inRepo('issues.update', { number, ...closed })).toMatchObject({ state: 'closed' });
    expect(await inRepo('issues.get', { number })).toMatchObject({ state: 'closed', comments: 1 });
  });

  it('change files, review and merge, and release', async () => {
    const { file } = await inRepo('contents.get', { path: 'README.md' });
    const [main] = (await inRepo('branches.list')).branches;
    const branched = await proxied('github/repos/ada/engine/git/refs', {
      ref: 'refs/heads/mill',
      sha: main.commitSha,
    });
    expect(branched.status).toBe(201);
    const change = { path: 'README.md', message: 'Greet', text: '# Grüße\n', sha: file.sha, branch: 'mill' };
    await inRepo('contents.put', change);
    expect((await inRepo('contents.get', { path: 'README.md', ref: 'mill' })).file.text).toBe('# Grüße\n');
    expect((await inRepo('commits.list', { ref: 'mill' })).commits[0]).toMatchObject({ message: 'Greet' });
    expect(await inRepo('commits.get', { ref: 'mill' })).toMatchObject({ message: 'Greet' });
    const opened = await proxied('github/repos/ada/engine/pulls', {
      title: 'Greet',
      head: 'mill',
      base: 'main',
    });
    const { number } = opened.body;
    expect((await inRepo('pulls.list')).pulls).toMatchObject([{ number }]);
    const { headSha } = await inRepo('pulls.get', { number });
    expect(await inRepo('pulls.diff', { number })).toHaveProperty('files');
    await inRepo('pulls.comment', { number, body: 'Neat.', path: 'README.md', line: 1, commitSha: headSha });
    await inRepo('pulls.review', { number, event: 'COMMENT', body: 'Looks good.' });
    expect(await inRepo('pulls.merge', { number, headSha })).toMatchObject({ merged: true });
    const { id } = await inRepo('releases.create', {
      tag: 'v1.0.0',
      name: '1.0',
      body: 'Cards.',
      target: 'main',
    });
    expect((await inRepo('releases.list')).releases).toMatchObject([{ tag: 'v1.0.0' }]);
    expect(await inRepo('releases.get', { id })).toMatchObject({ tag: 'v1.0.0', body: 'Cards.' });
    expect(await inRepo('workflow-runs.list')).toMatchObject({ total: 0, runs: [] });
  });

  it('are far more than twenty-five', () => {
    expect(walked.size).toBeGreaterThanOrEqual(45);
  });
});

/**
 * The providers' own client libraries, set up by the code of docs/clients.md: everything that they do goes by Valetkey,
 * and the agent key no further.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { rmSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import type { calendar_v3 } from '@googleapis/calendar';
import type { drive_v3 } from '@googleapis/drive';
import type { gmail_v1 } from '@googleapis/gmail';
import type { Octokit } from '@octokit/rest';
import type { Dropbox } from 'dropbox';
import { layDocs, startStack, type Stack } from './kit/index.js';

const GOOGLE = ['drive', 'gmail.modify', 'gmail.send', 'calendar'].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
);
const DROPBOX = 'files.metadata.read files.content.read files.content.write sharing.read sharing.write';

type Fetch = (input: string | URL, init?: RequestInit) => Promise<Response>;
interface Google {
  readonly drive: drive_v3.Drive;
  readonly gmail: gmail_v1.Gmail;
  readonly calendar: calendar_v3.Calendar;
}

/** The errors that the libraries throw. */
interface Told {
  readonly message: string;
  readonly error?: { readonly error_summary: string };
}

let stack: Stack;
let directory: string;
let viaValetkey: (how: { provider: string; hosts: string[]; userId: string }) => Fetch;
let google: Google;
let github: Octokit;
let dropbox: Dropbox;
let stranger: { google: Google; github: Octokit; dropbox: Dropbox };

/** Every request that arrived at the twin, and every place that this process spoke to beside it. */
const arrived: { readonly url: string; readonly headers: string }[] = [];
const asked = new Set<string>();
const onArrival = (message: unknown) => {
  const { request } = message as { request: IncomingMessage };
  arrived.push({ url: request.url ?? '', headers: JSON.stringify(request.rawHeaders) });
};
const onAsk = (message: unknown) => {
  const { request } = message as { request: ClientRequest & { origin?: string } };
  asked.add(request.origin ?? `${request.protocol}//${request.host}`);
};
const CHANNELS = [
  ['http.server.request.start', onArrival],
  ['undici:request:create', onAsk],
  ['http.client.request.start', onAsk],
] as const;

beforeAll(async () => {
  stack = await startStack();
  process.env['VALETKEY_URL'] = stack.server.url;
  process.env['VALETKEY_AGENT_KEY'] = stack.agent.key;
  await stack.connected('ada', { target: 'google', scope: GOOGLE.join(' ') });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
  await stack.connected('ada', { target: 'dropbox', scope: DROPBOX });
  directory = layDocs('docs/clients.md');
  const laid = (name: string) => import(pathToFileURL(join(directory, name)).href);
  ({ viaValetkey } = await laid('via-valetkey.mjs'));
  const [{ googleFor }, { githubFor }, { dropboxFor }] = await Promise.all(
    ['google.mjs', 'github.mjs', 'dropbox.mjs'].map(laid),
  );
  google = googleFor('ada');
  github = githubFor('ada');
  dropbox = dropboxFor('ada');
  stranger = { google: googleFor('eve'), github: githubFor('eve'), dropbox: dropboxFor('eve') };
  for (const [channel, listener] of CHANNELS) subscribe(channel, listener);
});
afterAll(async () => {
  for (const [channel, listener] of CHANNELS) unsubscribe(channel, listener);
  rmSync(directory, { recursive: true, force: true });
  await stack.close();
});
beforeEach(() => {
  arrived.length = 0;
  asked.clear();
});
afterEach(() => {
  expect([...asked]).toEqual([new URL(stack.server.url).origin]);
  expect(arrived.filter(({ headers }) => headers.includes(stack.agent.key))).toEqual([]);
  expect(arrived.filter(({ headers }) => /valetkey-user/i.test(headers))).toEqual([]);
});

describe('@googleapis/drive', () => {
  it('uploads in one piece and as multipart, reads and pages', async () => {
    for (const name of ['one', 'two', 'three'])
      await google.drive.files.create({
        requestBody: { name, mimeType: 'text/plain' },
        media: { mimeType: 'text/plain', body: Readable.from([`text of ${name}`]) },
      });
    expect(arrived.some(({ url }) => url.includes('/upload/drive/v3/files?uploadType=multipart'))).toBe(true);
    const names: unknown[] = [];
    let pageToken: string | undefined;
    do {
      const { data } = await google.drive.files.list({
        pageSize: 1,
        q: "mimeType = 'text/plain' and trashed = false",
        ...(pageToken === undefined ? {} : { pageToken }),
      });
      names.push(...(data.files ?? []).map(({ name }) => name));
      pageToken = data.nextPageToken ?? undefined;
    } while (pageToken !== undefined);
    expect(names).toEqual(expect.arrayContaining(['one', 'two', 'three']));
    const { data } = await google.drive.files.list({ q: "name = 'two'" });
    const fileId = data.files?.[0]?.id as string;
    const { data: content } = await google.drive.files.get(
      { fileId, alt: 'media' },
      { responseType: 'text' },
    );
    expect(content).toBe('text of two');
  });

  it('and its fetch upload in parts, at an address of ours', async () => {
    const send = viaValetkey({ provider: 'google-drive', hosts: ['www.googleapis.com'], userId: 'ada' });
    const started = await send('https://www.googleapis.com/upload/drive/v3/files?uploadType=resumable', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'in-parts.txt' }),
    });
    const session = started.headers.get('location') as string;
    expect(new URL(session).origin).toBe(new URL(stack.server.url).origin);
    const part = 'x'.repeat(256 * 1024);
    const first = await send(session, {
      method: 'PUT',
      headers: { 'content-range': `bytes 0-${part.length - 1}/${part.length + 3}` },
      body: part,
    });
    expect(first.status).toBe(308);
    const last = await send(session, {
      method: 'PUT',
      headers: { 'content-range': `bytes ${part.length}-${part.length + 2}/${part.length + 3}` },
      body: 'end',
    });
    expect(await last.json()).toMatchObject({ name: 'in-parts.txt' });
  });
});

describe('@googleapis/gmail and @googleapis/calendar', () => {
  it('read, send over the upload address, and create', async () => {
    const { data } = await google.gmail.users.messages.list({ userId: 'me', maxResults: 2 });
    expect(data.messages).toHaveLength(2);
    const letter = 'To: bob@example.com\r\nSubject: Hello\r\n\r\nFrom a library.';
    const sent = await google.gmail.users.messages.send({
      userId: 'me',
      media: { mimeType: 'message/rfc822', body: letter },
    });
    expect(sent.data.id).toBeTruthy();
    expect(
      stack.twin.control.state().google.mailsSent.some(({ text }) => text.includes('From a library.')),
    ).toBe(true);
    const event = await google.calendar.events.insert({
      calendarId: 'primary',
      requestBody: { summary: 'By a library', start: { date: '2027-07-01' }, end: { date: '2027-07-02' } },
    });
    const { data: read } = await google.calendar.events.get({
      calendarId: 'primary',
      eventId: event.data.id as string,
    });
    expect(read.summary).toBe('By a library');
  });
});

describe('@octokit/rest', () => {
  it('follows the links of a list through all its pages', async () => {
    const { data: user } = await github.users.getAuthenticated();
    const [repository] = (await github.repos.listForAuthenticatedUser()).data;
    const at = { owner: user.login, repo: repository?.name as string };
    for (const title of ['First', 'Second', 'Third']) await github.issues.create({ ...at, title });
    arrived.length = 0;
    const issues = await github.paginate(github.issues.listForRepo, { ...at, per_page: 1 });
    expect(issues.map(({ title }) => title)).toEqual(expect.arrayContaining(['First', 'Second', 'Third']));
    expect(arrived.length).toBeGreaterThanOrEqual(issues.length);
  });

  it('hands the key to no other host, not for an asset of a release either', async () => {
    const upload = github.repos.uploadReleaseAsset({
      owner: 'ada',
      repo: 'none',
      release_id: 1,
      name: 'a.txt',
      data: 'text',
    });
    await expect(upload).rejects.toMatchObject({ status: expect.any(Number) });
    await expect(github.request('GET https://attacker.example/user')).rejects.toThrow('attacker.example');
  });
});

describe('dropbox', () => {
  it('uploads, downloads, lists, and uploads in parts', async () => {
    await dropbox.filesUpload({ path: '/library.txt', contents: 'text', mode: { '.tag': 'overwrite' } });
    const { result } = await dropbox.filesDownload({ path: '/library.txt' });
    expect((result as unknown as { fileBinary: Buffer }).fileBinary.toString()).toBe('text');
    let page = (await dropbox.filesListFolder({ path: '', limit: 1 })).result;
    const names = page.entries.map(({ name }) => name);
    while (page.has_more) {
      page = (await dropbox.filesListFolderContinue({ cursor: page.cursor })).result;
      names.push(...page.entries.map(({ name }) => name));
    }
    expect(names).toContain('library.txt');
    const { result: session } = await dropbox.filesUploadSessionStart({ contents: 'in ' });
    const cursor = { session_id: session.session_id, offset: 3 };
    await dropbox.filesUploadSessionFinish({
      cursor,
      commit: { path: '/parts.txt', mode: { '.tag': 'overwrite' } },
      contents: 'parts',
    });
    const { result: parts } = await dropbox.filesDownload({ path: '/parts.txt' });
    expect((parts as unknown as { fileBinary: Buffer }).fileBinary.toString()).toBe('in parts');
  });
});

it.each<[name: string, call: () => Promise<unknown>, words: (error: Told) => string | undefined]>([
  ['@googleapis/drive', () => stranger.google.drive.files.list(), ({ message }) => message],
  [
    '@googleapis/gmail',
    () => stranger.google.gmail.users.labels.list({ userId: 'me' }),
    ({ message }) => message,
  ],
  [
    '@googleapis/calendar',
    () => stranger.google.calendar.events.list({ calendarId: 'primary' }),
    ({ message }) => message,
  ],
  ['@octokit/rest', () => stranger.github.users.getAuthenticated(), ({ message }) => message],
  ['dropbox', () => stranger.dropbox.usersGetCurrentAccount(), ({ error }) => error?.error_summary],
])('the error of %s says what we say, with the link to the consent', async (_name, call, words) => {
  const error = await call().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(words(error as Told)).toContain(`${stack.server.url}/connect/`);
});

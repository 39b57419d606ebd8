import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CALLBACK, TwinVisitor } from '../testing/twin-visitor.js';
import type { Twin } from '../twin.js';
import { startTwin } from '../twin.js';

const scope = (...names: string[]) =>
  names.map((name) => `https://www.googleapis.com/auth/${name}`).join(' ');
const EVENTS = '/google/calendar/v3/calendars/primary/events';
const MESSAGES = '/google/gmail/v1/users/me/messages';
const FILES = '/google/drive/v3/files';

let twin: Twin;
let app: TwinVisitor;
let token: string;
beforeAll(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'google');
  token = (await app.connect({ scope: scope('calendar', 'gmail.modify', 'drive') })).access_token;
});
afterAll(() => twin.close());

const limited = async (...names: string[]) =>
  (await app.connect({ scope: scope(...names), prompt: 'consent' })).access_token as string;
const post = (path: string, json: unknown, bearer = token) => app.api(bearer, path, { method: 'POST', json });
const hour = (index: number) =>
  new Date(Date.parse('2030-01-01T00:00:00Z') + index * 3_600_000).toISOString();
const event = (index: number, rest = {}) => ({
  summary: `Event ${index}`,
  start: { dateTime: hour(index) },
  end: { dateTime: hour(index + 1) },
  ...rest,
});

describe('every Google API', () => {
  it('answers 401 to unknown tokens and to none', async () => {
    const unknown = await app.api('nonsense', EVENTS);
    expect(unknown.status).toBe(401);
    expect(unknown.body.error).toMatchObject({ code: 401, status: 'UNAUTHENTICATED' });
    expect(unknown.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect((await fetch(`${twin.url}${EVENTS}`)).status).toBe(401);
  });

  it('answers 403 to a token without a fitting scope, and names the method', async () => {
    const readOnly = await limited('calendar.readonly');
    expect((await app.api(readOnly, EVENTS)).status).toBe(200);
    const refused = await post(EVENTS, event(1), readOnly);
    expect(refused.status).toBe(403);
    expect(refused.body.error).toMatchObject({
      status: 'PERMISSION_DENIED',
      errors: [{ reason: 'insufficientPermissions' }],
      details: [
        {
          reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
          metadata: { service: 'calendar-json.googleapis.com', method: 'calendar.v3.Events.Insert' },
        },
      ],
    });
    expect((await app.api(readOnly, MESSAGES)).status).toBe(403);
    expect((await app.api(readOnly, FILES)).status).toBe(403);
    expect((await post(EVENTS, event(1), await limited('calendar.events'))).status).toBe(200);
  });
});

describe('Calendar', () => {
  it('lists by time, text and order, and pages', async () => {
    for (const index of [10, 11, 12]) await post(EVENTS, event(index, { description: 'zeppelin' }));
    const range = `timeMin=${hour(10)}&timeMax=${hour(12)}&singleEvents=true&orderBy=startTime`;
    const inRange = await app.api(token, `${EVENTS}?${range}`);
    expect(inRange.body.items.map((item: { summary: string }) => item.summary)).toEqual([
      'Event 10',
      'Event 11',
    ]);
    const first = await app.api(token, `${EVENTS}?q=zeppelin&maxResults=2`);
    expect([first.body.items.length, first.body.nextSyncToken]).toEqual([2, undefined]);
    const second = await app.api(
      token,
      `${EVENTS}?q=zeppelin&maxResults=2&pageToken=${first.body.nextPageToken}`,
    );
    expect([second.body.items.length, typeof second.body.nextSyncToken]).toEqual([1, 'string']);
    expect((await app.api(token, `${EVENTS}?orderBy=startTime`)).status).toBe(400);
    expect((await app.api(token, `${EVENTS}?timeMin=yesterday`)).status).toBe(400);
  });

  it('takes an id from the client once', async () => {
    expect((await post(EVENTS, event(20, { id: 'chosen0id' }))).body.id).toBe('chosen0id');
    const again = await post(EVENTS, event(20, { id: 'chosen0id' }));
    expect([again.status, again.body.error.errors[0].reason]).toEqual([409, 'duplicate']);
    expect((await post(EVENTS, event(20, { id: 'UPPER' }))).status).toBe(400);
    expect((await post(EVENTS, { summary: 'no times' })).status).toBe(400);
  });

  it('guards changes by etag, and deletes once', async () => {
    const made = (await post(EVENTS, event(30))).body;
    const patch = (ifMatch: string) =>
      app.api(token, `${EVENTS}/${made.id}`, {
        method: 'PATCH',
        json: { summary: 'Changed' },
        headers: { 'if-match': ifMatch },
      });
    expect((await patch('"other"')).status).toBe(412);
    const changed = await patch(made.etag);
    expect(changed.body).toMatchObject({ summary: 'Changed', sequence: 1, start: made.start });
    expect(changed.body.etag).not.toBe(made.etag);
    const remove = () => app.api(token, `${EVENTS}/${made.id}`, { method: 'DELETE' });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 410]);
  });

  it('syncs what changed, and answers 410 to an expired sync token', async () => {
    const { nextSyncToken } = (await app.api(token, EVENTS)).body;
    const made = (await post(EVENTS, event(40))).body;
    const delta = await app.api(token, `${EVENTS}?syncToken=${nextSyncToken}`);
    expect(delta.body.items.map(({ id }: { id: string }) => id)).toEqual([made.id]);
    twin.control.expireSyncTokens();
    expect((await app.api(token, `${EVENTS}?syncToken=${nextSyncToken}`)).status).toBe(410);
  });

  it('expands series into single events', async () => {
    const { items } = (await app.api(token, `${EVENTS}?q=stand-up&singleEvents=true&orderBy=startTime`)).body;
    expect(items).toHaveLength(8);
    expect(items[0]).toMatchObject({ recurringEventId: 'adastandup' });
    expect((await app.api(token, `${EVENTS}/${items[1].id}`)).body.start).toEqual(items[1].start);
  });
});

describe('Gmail', () => {
  const raw = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n')).toString('base64url');

  it('sends, keeps the Message-ID, delivers, and finds it again', async () => {
    const text =
      'To: alan@example.com\nBcc: ada@example.com\nSubject: Hello\nMessage-ID: <effect.1@valet>\n\nMachines\n';
    const sent = await post(`${MESSAGES}/send`, { raw: raw(text) });
    expect(sent.body.labelIds).toEqual(['SENT']);
    const found = await app.api(
      token,
      `${MESSAGES}?q=${encodeURIComponent('rfc822msgid:effect.1@valet in:sent')}`,
    );
    expect(found.body.messages).toEqual([{ id: sent.body.id, threadId: sent.body.threadId }]);
    const { mailsSent, mails } = twin.control.state().google;
    expect(mailsSent.at(-1)?.text).not.toContain('Bcc');
    expect(
      mails.filter(({ account, text: all }) => account === 'alan@example.com' && all.includes('Machines')),
    ).toHaveLength(1);
    expect((await post(`${MESSAGES}/send`, { raw: raw('Subject: nobody\n\n') })).status).toBe(400);
    expect((await post(`${MESSAGES}/send`, { raw: 'not+base64/url' })).status).toBe(400);
  });

  it('searches by operators and words', async () => {
    const count = async (q: string) =>
      (await app.api(token, `${MESSAGES}?q=${encodeURIComponent(q)}`)).body.resultSizeEstimate;
    expect(await count('from:grace')).toBe(1);
    expect(await count('subject:"engine invoice"')).toBe(1);
    expect(await count('invoice')).toBe(2);
    expect(await count('invoice -from:grace')).toBe(1);
    expect(await count('is:unread from:grace')).toBe(1);
  });

  it('gives messages in each format, and only headers to the metadata scope', async () => {
    const { messages } = (await app.api(token, `${MESSAGES}?q=from:grace`)).body;
    const path = `${MESSAGES}/${messages[0].id}`;
    const full = (await app.api(token, `${path}?format=full`)).body;
    expect(Buffer.from(full.payload.body.data, 'base64url').toString()).toContain('nanoseconds');
    expect((await app.api(token, `${path}?format=raw`)).body.raw).toBeDefined();
    const headers = (await app.api(token, `${path}?format=metadata&metadataHeaders=Subject`)).body.payload
      .headers;
    expect(headers).toEqual([{ name: 'Subject', value: 'Compiler notes' }]);
    const metadata = await limited('gmail.metadata');
    expect((await app.api(metadata, `${path}?format=full`)).status).toBe(403);
    expect((await app.api(metadata, `${path}?format=metadata`)).status).toBe(200);
    expect((await app.api(metadata, `${MESSAGES}?q=x`)).status).toBe(403);
    expect((await post(`${MESSAGES}/send`, { raw: 'x' }, metadata)).status).toBe(403);
  });

  it('has labels and a profile', async () => {
    expect((await app.api(token, '/google/gmail/v1/users/me/profile')).body.emailAddress).toBe(
      'ada@example.com',
    );
    expect((await app.api(token, '/google/gmail/v1/users/me/labels')).body.labels[0].id).toBe('INBOX');
  });
});

describe('Drive', () => {
  const list = async (q: string, bearer = token) =>
    (await app.api(bearer, `${FILES}?q=${encodeURIComponent(q)}`)).body.files?.map(
      (file: { name: string }) => file.name,
    );

  it('searches in its own language', async () => {
    expect(await list("name contains 'budget'")).toEqual(['Budget 1843.csv']);
    expect(await list("mimeType = 'application/vnd.google-apps.folder' and trashed = false")).toEqual([
      'Drawings',
    ]);
    expect(await list("fullText contains 'bernoulli'")).toEqual(['Analytical Engine notes.txt']);
    expect(await list('trashed=true')).toEqual(['Old draft.txt']);
    expect((await app.api(token, `${FILES}?q=name%20like%20x`)).status).toBe(400);
  });

  it('creates with a generated id once, uploads, downloads', async () => {
    const { ids } = (await app.api(token, `${FILES}/generateIds?count=1`)).body;
    expect((await post(FILES, { id: ids[0], name: 'Empty' })).status).toBe(200);
    expect((await post(FILES, { id: ids[0], name: 'Empty' })).status).toBe(409);
    const body = `--b\r\nContent-Type: application/json\r\n\r\n{"name":"Up.txt"}\r\n--b\r\nContent-Type: text/plain\r\n\r\nhéllo\r\n--b--`;
    const up = await app.api(
      token,
      '/google/upload/drive/v3/files?uploadType=multipart&fields=id,name,size',
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/related; boundary=b' },
        body,
      },
    );
    expect(up.body).toEqual({ id: expect.any(String), name: 'Up.txt', size: '6' });
    expect((await app.api(token, `${FILES}/${up.body.id}?alt=media`)).body).toBe('héllo');
  });

  it('shows an app with drive.file only what it made', async () => {
    const fileScope = await limited('drive.file');
    await post(FILES, { name: 'Mine' }, fileScope);
    expect(await list('trashed = false', fileScope)).toContain('Mine');
    expect(await list("name contains 'budget'", fileScope)).toEqual([]);
  });

  it('wants fields for about', async () => {
    expect((await app.api(token, '/google/drive/v3/about')).status).toBe(400);
    const { body } = await app.api(token, '/google/drive/v3/about?fields=user(emailAddress)');
    expect(body).toEqual({ user: { emailAddress: 'ada@example.com' } });
  });
});

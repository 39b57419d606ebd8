import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { RecordedRequest } from './answering-server.js';
import { dropboxFacts } from './dropbox-facts.js';
import { dropboxJudge } from './dropbox-description.js';
import { googleJudge } from './google-description.js';
import { googleFacts } from './google-facts.js';
import { factsOf } from './official-descriptions.js';

const scope = (name: string) => `https://www.googleapis.com/auth/${name}`;

/** Where the official descriptions lie beside the checkout. */
const folder = new URL('../../../../../shared/contracts/', import.meta.url);
const whereTheyAre = existsSync(folder) ? it : it.skip;

function request(method: string, url: string, body?: unknown): RecordedRequest {
  const { pathname: path, searchParams: query } = new URL(url, 'https://api.example');
  const headers = { 'content-type': 'application/json' };
  return { method, path, query, headers, rawBody: JSON.stringify(body ?? ''), body };
}

describe('the facts by which requests are judged', () => {
  whereTheyAre.each([
    ['google-calendar', 'calendar__v3.discovery.json.gz', googleFacts],
    ['gmail', 'gmail__v1.discovery.json.gz', googleFacts],
    ['google-drive', 'drive__v3.discovery.json.gz', googleFacts],
    ['dropbox', 'dropbox-stone.tar.gz', dropboxFacts],
  ])('are those of the official description of %s', (provider, file, facts: (text: string) => object) => {
    const official = gunzipSync(readFileSync(new URL(file, folder))).toString('utf8');
    expect(factsOf(provider)).toEqual(JSON.parse(JSON.stringify(facts(official))));
  });
});

describe("Google's judge", () => {
  const judge = googleJudge('google-calendar');
  const events = '/calendar/v3/calendars/primary/events';
  const held = [scope('calendar.events')];

  it('lets pass what is described', () => {
    const event = {
      summary: 'Tea',
      start: { dateTime: '2027-01-01T10:00:00Z' },
      attendees: [{ email: 'a@b.c' }],
    };
    const fine = [
      request('POST', `${events}?sendUpdates=all`, event),
      request('GET', `${events}?maxResults=5&singleEvents=true&eventTypes=default&eventTypes=focusTime`),
      request('PATCH', `${events}/e1`, { location: null }),
      request('DELETE', `${events}/e1`),
    ];
    for (const one of fine) expect(judge.complaints(one, held)).toEqual([]);
  });

  it.each([
    ['an unknown path', request('GET', '/calendar/v3/calenders/primary/events'), /no method/],
    ['another method', request('PUT', events), /no method/],
    ['an unknown parameter', request('GET', `${events}?limit=5`), /limit is not described/],
    ['a word that is none of the list', request('POST', `${events}?sendUpdates=some`, {}), /none of all/],
    ['text for a number', request('GET', `${events}?maxResults=many`), /maxResults is no integer/],
    ['a parameter given twice', request('GET', `${events}?q=a&q=b`), /given twice/],
    ['a required parameter left out', request('POST', `${events}/e1/move`), /destination is required/],
    [
      'an unknown member deep inside',
      request('POST', events, { attendees: [{ mail: 'x' }] }),
      /attendees\/0\/mail/,
    ],
    ['a member of another type', request('POST', events, { start: 'noon' }), /start is no object/],
    ['a body where none belongs', request('DELETE', `${events}/e1`, { force: true }), /body/],
  ])('complains about %s', (_name, one, words) => {
    expect(judge.complaints(one, held).join()).toMatch(words);
  });

  it('complains when none of the scopes suffices', () => {
    expect(judge.complaints(request('POST', events, {}), [scope('calendar.events.readonly')])).toEqual([
      'calendar.events.insert: none of the scopes suffices',
    ]);
  });
});

describe("Dropbox's judge", () => {
  const judge = dropboxJudge();

  it.each([
    ['an unknown route', request('POST', '/2/files/burn', {}), /no route/],
    ['another method', request('GET', '/2/files/list_folder'), /no route/],
    ['an unknown member', request('POST', '/2/files/list_folder', { path: '', deep: true }), /deep is not/],
    ['a required member left out', request('POST', '/2/files/list_folder', {}), /path is required/],
    [
      'a missing scope',
      request('POST', '/2/files/delete_v2', { path: '/a' }),
      /files.content.write is needed/,
    ],
  ])('complains about %s', (_name, one, words) => {
    expect(judge.complaints(one, ['files.metadata.read']).join()).toMatch(words);
  });

  it('lets pass what is described', () => {
    const list = request('POST', '/2/files/list_folder', { path: '' });
    expect(judge.complaints(list, ['files.metadata.read'])).toEqual([]);
  });
});

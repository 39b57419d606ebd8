import { randomBytes } from 'node:crypto';
import {
  callTo,
  failureOf,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
  type Reply,
} from '../testing/index.js';
import { createLink } from './actions/create-link.js';
import { downloadFile } from './actions/download-file.js';
import { uploadFile } from './actions/upload-file.js';
import { apiArg } from './api-arg.js';
import { contentHash } from './content-hash.js';
import { dropboxProvider as provider } from './index.js';

const MIB = 1024 * 1024;
const content = randomBytes(9 * MIB);
const stored = { name: 'big', id: 'id:b', path_display: '/big', content_hash: contentHash(content) };
const refused = (tag: string, more = {}): Reply => ({
  status: 409,
  body: { error_summary: `${tag}/..`, error: { '.tag': tag, ...more } },
});

let server: AnsweringServer;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.close());

/** Dropbox's side of an upload session, of which a test may replace single answers to pieces or to the end. */
function answerWith(...replaced: ((request: RecordedRequest) => Reply | 'drop' | undefined)[]) {
  let at = 0;
  server.answerWith((request) => {
    if (request.path.endsWith('/start')) {
      at = 0;
      return { body: { session_id: 'pid' } };
    }
    const other = replaced.shift()?.(request);
    if (other) return other;
    const { cursor } = argOf(request);
    if (cursor.offset !== at) return refused('incorrect_offset', { correct_offset: at });
    at += Number(request.headers['content-length'] ?? 0);
    return request.path.endsWith('/finish') ? { body: stored } : { body: 'null' };
  });
  return { arrived: (bytes: number) => (at = bytes) };
}

const argOf = ({ headers }: RecordedRequest) =>
  JSON.parse(String(headers['dropbox-api-arg'])) as { cursor: { offset: number }; content_hash?: string };

const call = <Input>(input: Input) => ({ ...callTo(server.origin, provider), input });
const input = uploadFile.input.parse({ path: '/big', base64: content.toString('base64') });
const upload = () => uploadFile.run(call(input));
const offsets = () =>
  server.requests
    .filter(({ path }) => path.endsWith('append_v2'))
    .map((request) => argOf(request).cursor.offset);

describe('a Dropbox upload of more than 8 MB', () => {
  it('goes through a session, each piece with its hash', async () => {
    answerWith();
    expect(await upload()).toMatchObject({ kind: 'file', path: '/big' });
    expect(offsets()).toEqual([0, 4 * MIB, 8 * MIB]);
    const [, first] = server.requests;
    expect(argOf(first as RecordedRequest).content_hash).toBe(contentHash(content.subarray(0, 4 * MIB)));
  });

  it('goes on where Dropbox is, when the answer to a piece was lost', async () => {
    let lost = false;
    const loseOnce = (request: RecordedRequest) => {
      if (lost || argOf(request).cursor.offset !== 4 * MIB) return undefined;
      lost = true;
      side.arrived(8 * MIB);
      return 'drop' as const;
    };
    const side = answerWith(loseOnce, loseOnce, loseOnce, loseOnce);
    await upload();
    // A line that breaks may take the next attempt with it: a piece is then offered once more.
    expect([...new Set(offsets())]).toEqual([0, 4 * MIB, 8 * MIB]);
    expect(offsets().filter((offset) => offset === 4 * MIB).length).toBeGreaterThan(1);
  });

  it('begins again once when the session is forgotten', async () => {
    answerWith(
      () => undefined,
      () => refused('not_found'),
    );
    await upload();
    expect(server.requests.filter(({ path }) => path.endsWith('/start'))).toHaveLength(2);
  });

  it('gives up when Dropbox leads it in a circle', async () => {
    const back = () => refused('incorrect_offset', { correct_offset: 0 });
    answerWith(back, back, back, back, back);
    expect(await failureOf(upload())).toMatchObject({ code: 'unavailable', reason: 'no_progress' });
  });

  it('waits for another write in the account', async () => {
    const none = () => undefined;
    answerWith(none, none, none, () => ({
      status: 429,
      headers: { 'retry-after': '1' },
      body: {
        error_summary: 'too_many_write_operations/',
        error: { reason: { '.tag': 'too_many_write_operations' } },
      },
    }));
    expect(await upload()).toMatchObject({ path: '/big' });
    expect(server.requests.filter(({ path }) => path.endsWith('/finish'))).toHaveLength(2);
  });

  it('notices that Dropbox has stored something else', async () => {
    server.answerWith(({ path }) =>
      path.endsWith('/start')
        ? { body: { session_id: 'p' } }
        : { body: { ...stored, content_hash: 'f'.repeat(64) } },
    );
    expect(await failureOf(upload())).toMatchObject({ code: 'unexpected_response', reason: 'content_hash' });
  });

  it('is found again by its hash', async () => {
    server.answerWith(() => ({ body: { '.tag': 'file', ...stored } }));
    expect(await uploadFile.recover?.(call(input))).toMatchObject({ found: { path: '/big' } });
    server.answerWith(() => ({ body: { '.tag': 'file', ...stored, content_hash: 'f'.repeat(64) } }));
    expect(await uploadFile.recover?.(call(input))).toEqual({ absent: true });
    server.answerWith(() => refused('path/not_found'));
    expect(await uploadFile.recover?.(call(input))).toEqual({ absent: true });
  });
});

it('reads an empty file, into which no range fits', async () => {
  const result = {
    'dropbox-api-result': apiArg({ name: 'ü', size: 0, content_hash: contentHash(Buffer.alloc(0)) }),
  };
  server.answerWith(({ headers }) => (headers.range ? { status: 416 } : { headers: result, body: '' }));
  const piece = await downloadFile.run(call(downloadFile.input.parse({ path: '/ü' })));
  expect(piece).toMatchObject({ name: 'ü', content: '', size: 0 });
  const behind = downloadFile.run(call(downloadFile.input.parse({ path: '/ü', offset: 5 })));
  expect((await failureOf(behind)).reason).toBe('offset_behind_the_end');
});

it('looks for the link that is there already, when Dropbox does not show it', async () => {
  const link = { url: 'https://www.dropbox.com/s/x', name: 'x' };
  server.answerWith(({ path }) =>
    path.endsWith('list_shared_links')
      ? { body: { links: [link], has_more: false } }
      : refused('shared_link_already_exists'),
  );
  const made = await createLink.run(call(createLink.input.parse({ path: '/x', audience: 'team' })));
  expect(made).toEqual({ ...link, existed: true });
});

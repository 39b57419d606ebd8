import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import {
  callTo,
  failureOf,
  startAnsweringServer,
  type AnsweringServer,
  type RecordedRequest,
  type Reply,
} from '../testing/index.js';
import { uploadFile } from './actions/upload-file.js';
import { googleDriveProvider as provider } from './index.js';

const MIB = 1024 * 1024;
const content = randomBytes(9 * MIB + 123);
const SECRET = 'canary-upload-id';

type Answering = (request: RecordedRequest) => Reply | 'drop' | undefined;

/** Drive's side of a resumable upload, of which a test may replace single answers. */
class DriveSide {
  kept = 0;
  sessions = 0;
  made: object | undefined;
  readonly ranges: string[] = [];
  readonly replaced: Answering[] = [];

  constructor(private readonly origin: string) {}

  answer(request: RecordedRequest): Reply | 'drop' {
    const { method, path } = request;
    if (path.endsWith('/generateIds')) return { body: { ids: ['id1'] } };
    if (method === 'POST') return this.#open();
    if (method === 'GET') return this.made ? { body: this.made } : { status: 404, body: {} };
    this.ranges.push(request.headers['content-range'] ?? '');
    return this.replaced.shift()?.(request) ?? this.keep(request);
  }

  /** Keeps a piece, or all up to `most`. */
  keep({ headers }: RecordedRequest, most = Infinity): Reply {
    const [, first = 0, last = 0] = /bytes (\d+)-(\d+)\//.exec(headers['content-range'] ?? '') ?? [];
    if (Number(last) > 0 && Number(first) !== this.kept) return { status: 400, body: {} };
    if (Number(last) > 0) this.kept = Math.min(Number(last) + 1, most);
    if (this.kept < content.length) return this.unfinished();
    const md5Checksum = createHash('md5').update(content).digest('hex');
    this.made = { id: 'id1', name: 'big', md5Checksum };
    return { body: this.made };
  }

  unfinished(): Reply {
    return { status: 308, headers: this.kept > 0 ? { range: `bytes=0-${this.kept - 1}` } : {} };
  }

  #open(): Reply {
    this.sessions += 1;
    this.kept = 0;
    return { headers: { location: `${this.origin}/upload/drive/v3/files?upload_id=${SECRET}` } };
  }
}

let server: AnsweringServer;
let drive: DriveSide;
beforeAll(async () => {
  server = await startAnsweringServer();
});
beforeEach(() => {
  drive = new DriveSide(server.origin);
  server.answerWith((request) => drive.answer(request));
});
afterAll(() => server.close());

const input = uploadFile.input.parse({ name: 'big', base64: content.toString('base64') });
const upload = () => uploadFile.run({ ...callTo(server.origin, provider), input });
const total = content.length;
const piece = 4 * MIB;

describe('an upload of more than 5 MB', () => {
  it('goes in pieces of a multiple of 256 KiB', async () => {
    expect(await upload()).toEqual({ id: 'id1', name: 'big' });
    expect(drive.ranges).toEqual([
      `bytes 0-${piece - 1}/${total}`,
      `bytes ${piece}-${2 * piece - 1}/${total}`,
      `bytes ${2 * piece}-${total - 1}/${total}`,
    ]);
    const opening = server.requests[1] as RecordedRequest;
    expect(opening.body).toMatchObject({ id: 'id1', name: 'big', parents: ['root'] });
    expect(opening.headers['x-upload-content-length']).toBe(String(total));
  });

  it('asks how far it got after a break, and goes on from there', async () => {
    drive.replaced.push(
      () => undefined,
      (request) => {
        drive.keep(request, piece + 256 * 1024);
        return 'drop';
      },
    );
    await upload();
    expect(drive.ranges[2]).toBe(`bytes */${total}`);
    expect(drive.ranges[3]).toMatch(new RegExp(`^bytes ${piece + 256 * 1024}-`));
    expect(drive.sessions).toBe(1);
  });

  it('sends again what Drive did not keep', async () => {
    drive.replaced.push((request) => drive.keep(request, 512 * 1024));
    await upload();
    expect(drive.ranges[1]).toMatch(new RegExp(`^bytes ${512 * 1024}-`));
  });

  it.each([1, 2])('is asked for the file when it has all and still says 308, %s times', async (times) => {
    const late = (request: RecordedRequest): Reply => {
      if (request.headers['content-range']?.startsWith('bytes ' + 2 * piece)) drive.kept = total;
      return drive.unfinished();
    };
    drive.replaced.push(
      (request) => drive.keep(request),
      (request) => drive.keep(request),
      ...Array.from({ length: times }, () => late),
    );
    expect(await upload()).toMatchObject({ id: 'id1', name: 'big' });
    expect(drive.ranges.slice(3)).toEqual(Array.from({ length: times }, () => `bytes */${total}`));
  });

  it('finds the file when the last answer was lost', async () => {
    drive.replaced.push(
      () => undefined,
      () => undefined,
      (request) => {
        drive.keep(request);
        return 'drop';
      },
    );
    expect(await upload()).toEqual({ id: 'id1', name: 'big' });
    expect(drive.ranges).toHaveLength(4);
  });

  it('begins again, with the same id, when the session is forgotten', async () => {
    drive.replaced.push(
      () => undefined,
      () => ({ status: 404, body: {} }),
    );
    await upload();
    expect(drive.sessions).toBe(2);
    const ids = server.requests
      .filter(({ method }) => method === 'POST')
      .map(({ body }) => (body as { id: string }).id);
    expect(ids).toEqual(['id1', 'id1']);
  });

  it('does not begin again when the file was made before the session was forgotten', async () => {
    drive.replaced.push(() => {
      const md5Checksum = createHash('md5').update(content).digest('hex');
      drive.made = { id: 'id1', name: 'big', md5Checksum };
      return { status: 404, body: {} };
    });
    expect(await upload()).toEqual({ id: 'id1', name: 'big' });
    expect(drive.sessions).toBe(1);
  });

  it('gives up when nothing more arrives, without showing the session', async () => {
    const still: Answering = () => 'drop';
    drive.replaced.push(still, still, still, still, still);
    const error = await failureOf(upload());
    expect(error).toMatchObject({ code: 'unavailable', mayHaveHappened: true });
    expect(drive.ranges).toHaveLength(4);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it.each(['bytes=0-99999999', 'bytes=7-9', 'nonsense'])('does not trust the range %s', async (range) => {
    const odd: Answering = () => ({ status: 308, headers: { range } });
    drive.replaced.push(odd);
    expect(await failureOf(upload())).toMatchObject({ code: 'unexpected_response', reason: 'range' });
  });

  it('stops where the provider refuses', async () => {
    drive.replaced.push(() => ({
      status: 403,
      body: { error: { errors: [{ reason: 'storageQuotaExceeded' }] } },
    }));
    expect(await failureOf(upload())).toMatchObject({
      code: 'invalid_request',
      reason: 'storageQuotaExceeded',
      mayHaveHappened: false,
    });
    expect(drive.ranges).toHaveLength(1);
  });

  it('notices that Drive has stored something else', async () => {
    drive.replaced.push(() => ({ body: { id: 'id1', md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e' } }));
    expect(await failureOf(upload())).toMatchObject({ code: 'unexpected_response', reason: 'checksum' });
  });
});

describe('an upload of up to 5 MB', () => {
  it('asks for the id of its own when the answer was lost, and sends nothing twice', async () => {
    const md5Checksum = createHash('md5').update('hi').digest('hex');
    server.answerWith(({ path, method }) => {
      if (path.endsWith('/generateIds')) return { body: { ids: ['id1'] } };
      return method === 'POST' ? 'drop' : { body: { id: 'id1', name: 'small', md5Checksum } };
    });
    const input = uploadFile.input.parse({ name: 'small', text: 'hi' });
    const call = { ...callTo(server.origin, provider), input };
    expect(await uploadFile.run(call)).toEqual({ id: 'id1', name: 'small' });
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

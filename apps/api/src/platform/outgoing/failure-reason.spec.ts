import { describe, expect, it } from '@jest/globals';
import { failureReason } from './failure-reason.js';

const caused = (message: string, cause: unknown) => new TypeError(message, { cause });
const coded = (message: string, code: string) => Object.assign(new Error(message), { code });

describe('the reason of a failure', () => {
  it('is the code of what caused it, however deep', () => {
    expect(failureReason(caused('fetch failed', coded('connect', 'ECONNREFUSED')), [])).toBe('ECONNREFUSED');
    const deep = caused('terminated', caused('fetch failed', coded('closed', 'UND_ERR_SOCKET')));
    expect(failureReason(deep, [])).toBe('UND_ERR_SOCKET');
  });

  it('is the words of the innermost cause where nothing has a code', async () => {
    const blocked = await fetch('http://127.0.0.1:25/').catch((error: unknown) => error);
    expect(failureReason(blocked, [])).toBe('bad port');
    expect(failureReason(caused('fetch failed', new Error('')), [])).toBe('fetch failed');
  });

  it('says that time was up, and that nothing is known', () => {
    expect(failureReason(new DOMException('The operation was aborted', 'TimeoutError'), [])).toBe(
      'no answer in time',
    );
    expect(failureReason('thrown text', [])).toBe('unknown');
  });

  it('holds no secret of the address or the headers, in one short line', async () => {
    const url = 'http://user:hunter2@127.0.0.1:9/hook/s3cret';
    const refused = await fetch(url).catch((error: unknown) => error);
    expect(failureReason(refused, [url])).toBe(
      'Request cannot be constructed from a URL that includes credentials: …',
    );
    const header = 'Bearer to\nken';
    const odd = await fetch('http://127.0.0.1:9/', { headers: { a: header } }).catch((e: unknown) => e);
    expect(failureReason(odd, ['Bearer', header])).toBe('Headers.append: "…" is an invalid header value.');
    expect(failureReason(new Error('x\ny'.repeat(200)), [])).toMatch(/^[x y]{1,120}$/);
  });

  it('takes no text for a code that could be anything', () => {
    expect(failureReason(caused('fetch failed', coded('refused', 'Bearer s3cret')), [])).toBe('refused');
  });

  it('does not follow causes in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(failureReason(error, [])).toBe('round');
  });
});

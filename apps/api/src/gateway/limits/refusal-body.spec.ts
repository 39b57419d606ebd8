import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { ProviderAnswer } from '@valetkey/providers';
import { bytesOf } from '../proxy/bytes-of.js';
import { withRefusal } from './refusal-body.js';

const JSON_TYPE = 'application/json; charset=utf-8';
const REFUSAL = { error: { errors: [{ reason: 'rateLimitExceeded' }] } };
const github = { failsInside: /\/graphql$/ };

/** An answer whose body comes in pieces of a few bytes. */
function answer(status: number, body: Buffer, headers: ProviderAnswer['headers'] = {}): ProviderAnswer {
  const pieces = Array.from({ length: Math.ceil(body.length / 1_000) }, (_, index) =>
    body.subarray(index * 1_000, (index + 1) * 1_000),
  );
  return {
    statusCode: status,
    headers: { 'content-type': JSON_TYPE, ...headers },
    body: Readable.from(pieces, { objectMode: false }),
  };
}

const bytes = (body: unknown) => Buffer.from(JSON.stringify(body));

describe('the body of a refusal', () => {
  it.each([
    ['as it is', bytes(REFUSAL), {}],
    ['compressed', gzipSync(bytes(REFUSAL)), { 'content-encoding': 'gzip' }],
  ])('is read and passes whole, %s', async (_, body, headers) => {
    const { refusal, ...passed } = await withRefusal({}, '/x', answer(403, body, headers));
    expect(refusal).toEqual(REFUSAL);
    expect(await bytesOf(passed.body)).toEqual(body);
  });

  it('is read with status 200 where failures come so, and nowhere else', async () => {
    const failed = { errors: [{ type: 'RATE_LIMITED' }] };
    expect((await withRefusal(github, '/graphql', answer(200, bytes(failed)))).refusal).toEqual(failed);
    expect(await withRefusal(github, '/user', answer(200, bytes(failed)))).not.toHaveProperty('refusal');
    expect(await withRefusal({}, '/graphql', answer(200, bytes(failed)))).not.toHaveProperty('refusal');
  });

  it.each([
    ['is longer than refusals are', bytes({ ...REFUSAL, more: 'x'.repeat(40_000) }), {}],
    [
      'opens to more than it may',
      gzipSync(bytes({ more: 'x'.repeat(9_000_000) })),
      { 'content-encoding': 'gzip' },
    ],
    ['is empty', Buffer.alloc(0), {}],
    ['is broken JSON', Buffer.from('{"error":'), {}],
    ['is no JSON', Buffer.from('<html>'), { 'content-type': 'text/html' }],
    ['is in an unknown encoding', bytes(REFUSAL), { 'content-encoding': 'zstd' }],
  ])('says nothing when it %s, and passes whole', async (_, body, headers) => {
    const { refusal, ...passed } = await withRefusal({}, '/x', answer(429, body, headers));
    expect(refusal).toBeUndefined();
    expect(await bytesOf(passed.body)).toEqual(body);
  });

  it('that breaks off breaks off for its reader', async () => {
    const broken = answer(403, bytes(REFUSAL));
    broken.body.destroy(new Error('cut'));
    const passed = await withRefusal({}, '/x', broken);
    await expect(bytesOf(passed.body)).rejects.toThrow('cut');
  });

  it('that nobody reads frees its connection', async () => {
    const long = answer(403, bytes({ more: 'x'.repeat(40_000) }));
    const passed = await withRefusal({}, '/x', long);
    passed.body.destroy();
    await new Promise((resolve) => long.body.once('close', resolve));
    expect(long.body.destroyed).toBe(true);
  });
});

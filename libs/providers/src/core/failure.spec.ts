import { inspect } from 'node:util';
import { parseBearerChallenge } from './http/bearer-challenge.js';
import { effectKey } from './effect-key.js';
import { retryAfterMs } from './failure.js';
import { ProviderError } from './provider-error.js';

const now = Date.parse('2026-11-22T12:00:00Z');

it.each([
  ['7', 7000],
  ['0', 0],
  ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 12:00:00 GMT', 0],
  ['Sun, 22 Nov 2026 11:00:00 GMT', undefined],
  ['999999999', 86_400_000],
  ['soon', undefined],
  ['', undefined],
  ['1e99', undefined],
  [undefined, undefined],
])('reads Retry-After %j as %j ms', (value, ms) => {
  expect(retryAfterMs({ headers: { 'retry-after': value }, now })).toBe(ms);
});

it.each([
  ['Bearer error="insufficient_scope", scope="a b"', { error: 'insufficient_scope', scopes: ['a', 'b'] }],
  ['Basic realm="x", Bearer error=invalid_token', { error: 'invalid_token', scopes: [] }],
  ['bearer', { error: undefined, scopes: [] }],
  ['Bearer scope="a\u0000b ok"', { error: undefined, scopes: ['ok'] }],
  ['Basic realm="x"', undefined],
  ['', undefined],
  [undefined, undefined],
])('reads the challenge %j', (header, challenge) => {
  expect(parseBearerChallenge(header)).toEqual(challenge);
});

it('reads hostile challenges in little time', () => {
  for (const piece of ['a="', 'a=b ', '"\\', '=', 'a ', ' ,'])
    expect(() => parseBearerChallenge(`Bearer ${piece.repeat(200_000)}`)).not.toThrow();
});

it('makes effect keys that are stable, distinct and legal in a Calendar id', () => {
  const key = effectKey('eff_0123456789abcdef');
  expect(key).toMatch(/^[0-9a-v]{32}$/);
  expect(effectKey('eff_0123456789abcdef')).toBe(key);
  expect(effectKey('eff_0123456789abcdeg')).not.toBe(key);
  expect(() => effectKey('short')).toThrow(TypeError);
});

it.each(['a sentence with a token', 'ghx_0123456789abcdefghijklmnopqrstuvwxyz', 'x\r\ny', '{"a":1}', '<b>'])(
  'shows no provider word like %j',
  (reason) => {
    const error = new ProviderError({ provider: 'acme', code: 'unavailable', reason });
    expect(inspect(error, { showHidden: true })).not.toContain(reason);
  },
);

import { describe, expect, it } from '@jest/globals';
import { userIdSchema } from './user-id.js';

describe('a user id', () => {
  it.each([
    'ada',
    'jörg',
    '日本',
    'auth0|5f7c8ec7c33c6c004bbafe82',
    'a%2Fb',
    'a/b',
    '...',
    '👩‍🚀',
    'ada lovelace',
    'ada@example.com',
    'x'.repeat(255),
  ])('may be %p', (id) => {
    expect(userIdSchema.parse(id)).toBe(id);
  });

  it.each([
    ['', /character/],
    [' ', /blank/],
    ['\u3000', /blank/],
    ['\u200b\u2060', /blank/],
    ['\u00ad', /blank/],
    ['.', /"\."/],
    ['..', /"\."/],
    [' ada', /white space/],
    ['ada\u00a0', /white space/],
    ['a\u0000b', /control/],
    ['a\nb', /control/],
    ['cut \ud83d', /control/],
    ['x'.repeat(256), /255/],
  ])('is not %p', (id, why) => {
    const result = userIdSchema.safeParse(id);
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.message).toMatch(why);
  });
});

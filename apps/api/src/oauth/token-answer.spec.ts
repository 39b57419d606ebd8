import { describe, expect, it } from '@jest/globals';
import { bodyOf, errorAnswer, tokenAnswerOf } from './token-answer.js';

const json = (body: unknown) => bodyOf(new Response(JSON.stringify(body)));

describe('a token answer', () => {
  it('is read member by member', async () => {
    const body = { access_token: 'a', refresh_token: 'r', expires_in: 3599, scope: 'x y', id_token: 'i' };
    expect(tokenAnswerOf(await json(body))).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      expiresIn: 3599,
      scope: 'x y',
      idToken: 'i',
    });
  });

  it.each([{}, { access_token: '' }, { access_token: null }, { access_token: 7 }, [], null, 'text'])(
    'is none without an access token: %j',
    async (body) => expect(tokenAnswerOf(await json(body))).toBeUndefined(),
  );

  it.each([null, '', ' ', 'soon', [], {}, true, -1, '-1', 'NaN', '-Infinity', -1e300])(
    'has no expiry when it says %j',
    (expires_in) => {
      expect(tokenAnswerOf({ access_token: 'a', expires_in })?.expiresIn).toBeUndefined();
    },
  );

  it.each([
    [0, 0],
    ['3600', 3600],
    [3599.5, 3599],
    ['0.9', 0],
    [1e300, 315_360_000],
    [9_007_199_254_740_993, 315_360_000],
    ['99999999999999999999', 315_360_000],
    ['1e999', 315_360_000],
  ])('expires after %j seconds', (expires_in, seconds) => {
    const { expiresIn = Number.NaN } = tokenAnswerOf({ access_token: 'a', expires_in }) ?? {};
    expect(expiresIn).toBe(seconds);
    expect(() => new Date(Date.now() + expiresIn * 1000).toISOString()).not.toThrow();
  });

  it.each([
    ['', ''],
    ['a,b', 'a,b'],
    [['a', 'b'], 'a b'],
    [null, undefined],
    [undefined, undefined],
  ])('tells its scope from %j', (scope, read) => {
    expect(tokenAnswerOf({ access_token: 'a', scope })?.scope).toBe(read);
  });

  it('leaves out what is null or empty', () => {
    const answer = tokenAnswerOf({ access_token: 'a', refresh_token: '', id_token: null });
    expect(answer).toMatchObject({ refreshToken: undefined, idToken: undefined });
  });
});

describe('an answer of an authorization server', () => {
  it.each(['application/x-www-form-urlencoded; charset=utf-8', 'text/plain', ''])(
    'may be a form, sent as "%s"',
    async (type) => {
      const response = new Response('access_token=a%2Bb&scope=repo%2Cuser', {
        headers: { 'content-type': type },
      });
      expect(await bodyOf(response)).toEqual({ access_token: 'a+b', scope: 'repo,user' });
    },
  );

  it('says nothing when it is a page', async () => {
    const page = '<html><a href="?access_token=x">x</a></html>';
    expect(await bodyOf(new Response(page, { headers: { 'content-type': 'text/html' } }))).toEqual({});
  });

  it('is a failure by its own words, cut to a length that can be logged', async () => {
    const body = JSON.stringify({ error: 'invalid_grant', error_description: 'x'.repeat(900) });
    const answer = await errorAnswer(new Response(body, { status: 400 }));
    expect(answer).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(answer.description).toHaveLength(500);
  });
});

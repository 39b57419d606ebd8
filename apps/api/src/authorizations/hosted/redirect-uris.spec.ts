import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../../platform/testing/index.js';
import { RedirectUris } from './redirect-uris.js';

const CALLBACK = 'https://app.example/callback';
const listed = new RedirectUris(testSettings({ VALETKEY_REDIRECT_URIS: `${CALLBACK},https://b.example/cb` }));
const developing = new RedirectUris(testSettings());
const production = new RedirectUris(
  testSettings({ NODE_ENV: 'production', VALETKEY_PUBLIC_URL: 'https://valetkey.example' }),
);

const allows = (uris: RedirectUris, uri: string) => {
  try {
    uris.require(uri);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ status: 400, code: 'redirect_uri_not_allowed' });
    return false;
  }
};

describe('callbacks that are listed', () => {
  it.each([CALLBACK, 'https://b.example/cb'])('are %s', (uri) => expect(allows(listed, uri)).toBe(true));

  it.each([
    `${CALLBACK}/`,
    `${CALLBACK}/../evil`,
    `${CALLBACK}/%2e%2e/evil`,
    `${CALLBACK}?to=https://evil.example`,
    `${CALLBACK}#x`,
    `${CALLBACK}.evil.example`,
    'https://app.example/callbacks',
    'https://app.example/Callback',
    'https://APP.example/callback',
    'https://app.example:443/callback',
    'https://app.example:8443/callback',
    'http://app.example/callback',
    'https://app.example.evil.example/callback',
    'https://app.example@evil.example/callback',
    'https://evil.example/?https://app.example/callback',
    'https://app.example\\@evil.example/callback',
    ` ${CALLBACK}`,
    `${CALLBACK}\n`,
    'https://app.example',
    'http://localhost:8080/callback',
    'javascript:alert(1)',
    '',
  ])('are not %j', (uri) => expect(allows(listed, uri)).toBe(false));

  it('vouch for users from their own origin alone', () => {
    expect(listed.allowsOrigin('https://app.example')).toBe(true);
    for (const origin of [
      'http://app.example',
      'https://app.example:8443',
      'https://x.app.example',
      'https://app.example.evil.example',
      'http://localhost:8080',
      'null',
      '',
    ])
      expect([origin, listed.allowsOrigin(origin)]).toEqual([origin, false]);
  });
});

describe('callbacks without a list', () => {
  it.each(['http://localhost:8080/cb', 'http://127.0.0.1/cb', 'https://[::1]:1/cb'])(
    'are those of this machine while developing, such as %s, and none in production',
    (uri) => expect([allows(developing, uri), allows(production, uri)]).toEqual([true, false]),
  );

  it.each([
    'http://user@localhost/cb',
    'http://localhost/cb#x',
    'ftp://localhost/cb',
    'http://localhost.evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://evil.example/localhost',
    'localhost/cb',
  ])('are never %s', (uri) =>
    expect([allows(developing, uri), allows(production, uri)]).toEqual([false, false]),
  );

  it('let pages of this machine vouch while developing, and our own always', () => {
    expect(developing.allowsOrigin('http://localhost:8080')).toBe(true);
    expect(production.allowsOrigin('http://localhost:8080')).toBe(false);
    expect(production.allowsOrigin('http://localhost:3000')).toBe(false);
    expect(production.allowsOrigin('https://valetkey.example')).toBe(true);
  });
});

describe('redirect URIs', () => {
  const accepts = (env: Record<string, string>, uri: string) => {
    try {
      new RedirectUris(testSettings(env)).require(uri);
      return true;
    } catch {
      return false;
    }
  };
  const listed = { VALETKEY_REDIRECT_URIS: 'https://app.example/cb' };

  it.each([
    'https://app.example/cb/',
    'https://app.example/cb?x=1',
    'https://APP.example/cb',
    'http://localhost/cb',
  ])('are compared letter for letter with the list: %s is not on it', (uri) => {
    expect(accepts(listed, 'https://app.example/cb')).toBe(true);
    expect(accepts(listed, uri)).toBe(false);
  });

  it('are loopback while nothing is listed, and none in production', () => {
    expect(accepts({}, 'http://localhost:8080/callback')).toBe(true);
    const production = { NODE_ENV: 'production', VALETKEY_PUBLIC_URL: 'https://valetkey.example' };
    expect(accepts(production, 'http://localhost:8080/callback')).toBe(false);
  });

  it.each([
    'https://app.example/cb',
    'http://me@localhost/cb',
    'http://localhost/cb#x',
    'javascript://localhost/%0aalert(1)',
    'localhost',
  ])('are not %s while nothing is listed', (uri) => expect(accepts({}, uri)).toBe(false));

  it('tell which origins may vouch for a user', () => {
    const uris = new RedirectUris(testSettings(listed));
    expect(
      ['https://app.example', 'http://localhost:3000'].map((origin) => uris.allowsOrigin(origin)),
    ).toEqual([true, true]);
    expect(
      ['https://evil.example', 'null', 'http://app.example', 'http://localhost:9'].some((origin) =>
        uris.allowsOrigin(origin),
      ),
    ).toBe(false);
  });
});

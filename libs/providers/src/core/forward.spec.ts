import { describe, expect, it } from '@jest/globals';
import { findProvider } from '../registry.js';
import { forwardedHeaders, forwardedUrl } from './forward.js';

const BASES = { apiBaseUrl: 'https://api.example.com/calendar/v3' };
const SPEC = { id: 'spec', ...BASES };
const toSpec = (headers: Record<string, string>) =>
  forwardedHeaders({ requestHeaders: ['x-spec-argument'] }, headers);
const to = (target: string) => forwardedUrl(SPEC, BASES, 'apiBaseUrl', target).href;

describe('where a forwarded request goes', () => {
  it.each([
    ['/calendars/primary/events', 'https://api.example.com/calendar/v3/calendars/primary/events'],
    ['/calendar/v3/calendars/primary', 'https://api.example.com/calendar/v3/calendars/primary'],
    ['/a%2Fb/c', 'https://api.example.com/calendar/v3/a%2Fb/c'],
    ['/a?q=1&q=2&r=%20', 'https://api.example.com/calendar/v3/a?q=1&q=2&r=%20'],
    ['/a?q=what?', 'https://api.example.com/calendar/v3/a?q=what?'],
    ['/ada@example.com/events', 'https://api.example.com/calendar/v3/ada@example.com/events'],
    ['/calendars/%70rimary/%65vents', 'https://api.example.com/calendar/v3/calendars/primary/events'],
    ['/%63alendar/v3/a%2fb/%C3%bc', 'https://api.example.com/calendar/v3/a%2Fb/%C3%BC'],
    ['/calendars/ada%40example.com', 'https://api.example.com/calendar/v3/calendars/ada@example.com'],
    ['/http:/evil.example', 'https://api.example.com/calendar/v3/http:/evil.example'],
  ])('%s is below the base', (target, url) => expect(to(target)).toBe(url));

  it.each([
    '',
    '/',
    'calendars',
    '@evil.example/',
    ':443@evil.example/',
    '.evil.example/',
    '//evil.example/x',
    '/a//b',
    '/../x',
    '/a/../../x',
    '/a/./b',
    '/a/..',
    '/%2e%2e/x',
    '/%2E%2E/x',
    '/.%2e/x',
    '/%252e%252e/x',
    '/a%2f..%2fb',
    '/a%2F%2E%2E%2Fb',
    '/a%5c..%5cb',
    '/..%2f..%2fx',
    '/..%5c..%5cx',
    '/a\\..\\b',
    '/\\evil.example',
    '/\\\\evil.example',
    '/a/..;/b',
    '/..;x=1/b',
    '/a/%2e%2e%3bx/b',
    '/a/%2e%252e%253b/b',
    '/a#b',
    '/a b',
    '/a\tb',
    '/a\nb',
    '/a\r\nHost: evil.example',
    '/a\u0000b',
    '/a?b c',
    '/a?b#c',
    '/a?b\r\nx: y',
    '/a?b\u0000',
    '/calendar/v3/../../x',
    '/calendar/v3//evil.example',
    '/http://evil.example/',
    '/https:%2f%2fevil.example/..',
  ])('%j is refused', (target) => expect(() => to(target)).toThrow());

  it.each([
    'access_token=x',
    'ACCESS_TOKEN=x',
    'a=b&oauth_token=x',
    'a=b;bearer_token=x',
    'authorization=Bearer%20x',
    '%61ccess_token=x',
    '$httpMethod=DELETE',
    '%24httpMethod=DELETE',
    '$httpHeaders=Authorization%3Ax',
    '_method=delete',
  ])('takes no credential, header or method from the query %s', (query) => {
    expect(() => to(`/a?${query}`)).toThrow('(query)');
  });

  it('takes the service path of the provider also where the base is another', () => {
    const bases = { apiBaseUrl: 'http://localhost:9/google/calendar/v3' };
    const url = forwardedUrl(SPEC, bases, 'apiBaseUrl', '/calendar/v3/a');
    expect(url.href).toBe('http://localhost:9/google/calendar/v3/a');
  });

  it('needs a base that the provider has', () => {
    expect(() => forwardedUrl(SPEC, BASES, 'uploadBaseUrl', '/a')).toThrow();
  });
});

describe('headers on the way to a provider', () => {
  it.each([
    'Authorization',
    'Cookie',
    'Host',
    'Connection',
    'Keep-Alive',
    'Transfer-Encoding',
    'Content-Length',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'Proxy-Authorization',
    'Forwarded',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-HTTP-Method-Override',
    'X-Method-Override',
    'X_HTTP_Method_Override',
    'X-HTTP_Method-Override',
    'X_Forwarded_For',
    'Valetkey_User',
    'Valetkey-User',
    'Sec-Fetch-Site',
    'Origin',
    'Referer',
    'Via',
    'User-Agent',
    'X-API-Key',
    'X-Auth-Token',
    'X-On-Behalf-Of',
    'X-Requested-With',
    'Traceparent',
  ])('%s stays here', (name) => {
    expect(toSpec({ [name.toLowerCase()]: 'x', accept: 'a' })).toEqual({ accept: 'a' });
  });

  it('leaves out what Connection names', () => {
    expect(toSpec({ connection: 'close, If-Match', 'if-match': '1', range: 'r' })).toEqual({ range: 'r' });
  });

  it('hands on what says how, and what the provider names', () => {
    const headers = {
      accept: 'application/json',
      'accept-language': 'de',
      'content-encoding': 'gzip',
      'content-range': 'bytes 0-1/2',
      'if-match': '"1"',
      'if-none-match': '"2"',
      range: 'bytes=0-1',
      'x-spec-argument': '{}',
    };
    expect(toSpec(headers)).toEqual(headers);
  });

  it.each([
    ['gmail', 'x-upload-content-type', true],
    ['google-drive', 'x-upload-content-length', true],
    ['google-drive', 'x-goog-drive-resource-keys', true],
    ['google-drive', 'x-goog-user-project', false],
    ['google-calendar', 'x-goog-api-key', false],
    ['google-calendar', 'x-goog-authenticated-user-email', false],
    ['gmail', 'x-goog-upload-command', false],
    ['github', 'x-github-api-version', true],
    ['github', 'x-github-otp', false],
    ['github', 'dropbox-api-arg', false],
    ['dropbox', 'dropbox-api-arg', true],
    ['dropbox', 'dropbox-api-select-user', false],
    ['dropbox', 'dropbox-api-select-admin', false],
  ])('to %s: %s goes on: %s', (id, name, goesOn) => {
    expect(forwardedHeaders(findProvider(id) ?? {}, { [name]: 'x' })).toEqual(goesOn ? { [name]: 'x' } : {});
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Caller, type TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';
import { startHost, type Host } from '../testing/host.js';

const OURS = 'http://localhost:3000/v1/proxy';
const ada = { 'valetkey-user': 'ada' };

let api: Host;
let elsewhere: Host;
let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  [api, elsewhere] = await Promise.all([startHost(), startHost()]);
  world = await createGatewayWorld(1, {
    github: {
      apiBaseUrl: `${api.url}/api`,
      uploadBaseUrl: `${api.url}/uploads`,
      downloadOrigins: [elsewhere.url],
    },
    dropbox: { apiBaseUrl: `${api.url}/2`, contentBaseUrl: `${api.url}/content/2` },
  });
  agent = await world.agent();
  const user = await world.user('ada');
  await user.connect('github', 'repo');
  await user.connect(
    'dropbox',
    'files.metadata.read files.content.read files.content.write account_info.read',
  );
});
afterAll(async () => {
  await world.close();
  api.server.close();
  elsewhere.server.close();
});
beforeEach(() => {
  for (const host of [api, elsewhere]) {
    host.received.splice(0);
    host.answer = {};
  }
});

const get = (path = 'github/repos/acme/app/issues') => agent.get(`/v1/proxy/${path}`, ada);

describe('an address in a header of an answer', () => {
  it.each([
    [
      'a Link',
      'link',
      () => `<${api.url}/api/x?page=2>; rel="next"`,
      `<${OURS}/github/x?page=2>; rel="next"`,
    ],
    [
      'a relative Link',
      'link',
      () => '<?page=2>; rel=next',
      `<${OURS}/github/repos/acme/app/issues?page=2>; rel=next`,
    ],
    ['a Link elsewhere', 'link', () => `<${elsewhere.url}/x>; rel="next"`, undefined],
    [
      'Links of both kinds',
      'link',
      () =>
        `<${elsewhere.url}/api/x>; rel="first", <${api.url}/api/repositories/1/x?after=a%3D&b=,>; rel="last"`,
      `<${OURS}/github/repositories/1/x?after=a%3D&b=,>; rel="last"`,
    ],
    [
      'a Location',
      'location',
      () => `${api.url}/api/repos/acme/app/issues/1`,
      `${OURS}/github/repos/acme/app/issues/1`,
    ],
    ['a relative Location', 'location', () => '/api/user', `${OURS}/github/user`],
    ['a Location elsewhere', 'location', () => `${elsewhere.url}/x?sig=1`, undefined],
    ['a Location of another scheme', 'location', () => 'javascript:alert(1)', undefined],
    ['a Content-Location', 'content-location', () => `${api.url}/uploads/x`, `${OURS}/github/x`],
    ['a Content-Location elsewhere', 'content-location', () => '//evil.example/x', undefined],
    ['a Refresh', 'refresh', () => `0; url=${api.url}/api/x`, undefined],
  ])('%s leads to our proxy or nowhere', async (_, name, value, expected) => {
    api.answer = { headers: { [name]: value() } };
    expect((await get()).headers[name]).toBe(expected);
  });

  it.each([
    ['set-cookie', 'session=1'],
    ['www-authenticate', 'Bearer realm="https://accounts.example"'],
    ['x-guploader-uploadid', 'AEnB2U'],
    ['x-github-sso', 'required; url=https://github.com/orgs/a/sso?authorization_request=x'],
    ['operation-location', 'https://api.example/operations/1'],
    ['x-internal-host', 'https://api.example'],
  ])('%s stays here', async (name, value) => {
    api.answer = { headers: { [name]: value, etag: '"1"', 'x-ratelimit-remaining': '7' } };
    const { headers } = await get();
    expect(headers).toMatchObject({ etag: '"1"', 'x-ratelimit-remaining': '7' });
    expect(headers).not.toHaveProperty(name);
  });
});

describe('an address in a body', () => {
  it.each([
    ['nextLink', () => `${api.url}/api/x?page=2`, `${OURS}/github/x?page=2`],
    ['@odata.nextLink', () => `${api.url}/api/x?$skip=2`, `${OURS}/github/x?$skip=2`],
    ['nextLink', () => `${elsewhere.url}/x`, null],
    ['url', () => `${api.url}/api/repos/acme/app`, `${OURS}/github/repos/acme/app`],
    ['issues_url', () => `${api.url}/api/issues{/number}`, `${OURS}/github/issues{/number}`],
    ['upload_url', () => `${api.url}/uploads/a{?name,label}`, `${OURS}/github/a{?name,label}`],
    ['html_url', () => 'https://github.com/acme/app', 'https://github.com/acme/app'],
    ['temp_clone_token', () => 'ABCDEF', null],
    ['body', () => `${api.url}/api/x`, undefined],
  ])('%s', async (member, value, expected) => {
    api.answer = { body: { items: [{ [member]: value() }], big: 1 } };
    const { body, text, headers } = await get();
    expect(body).toEqual({ items: [{ [member]: expected === undefined ? value() : expected }], big: 1 });
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(text));
  });

  it('is found in a long body too, which stays otherwise as it was', async () => {
    const filler = 'x'.repeat(200_000);
    api.answer = {
      headers: { 'content-type': 'application/json', etag: 'W/"1"' },
      body: `{"a":"${filler}", "id":9007199254740993123, "url":"${api.url}/api/x"}`,
    };
    const { text, headers } = await get();
    expect(text).toBe(`{"a":"${filler}", "id":9007199254740993123, "url":"${OURS}/github/x"}`);
    expect(headers['etag']).toBe('W/"1"');
  });

  it.each([
    ['a file as it is', 'application/vnd.github.raw+json', 'github/repos/acme/app/contents/a.json'],
    ['text', 'text/plain', 'github/repos/acme/app/issues'],
  ])('stays where it is content: %s', async (_, type, path) => {
    const body = `{"url":"${api.url}/api/x"}`;
    api.answer = { headers: { 'content-type': type }, body };
    expect((await get(path)).text).toBe(body);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])(
    '%i within the API is the caller’s to follow, at our proxy',
    async (status) => {
      api.answer = { status, headers: { location: `${api.url}/api/repositories/1` }, body: 'moved to there' };
      const { headers, text, status: got } = await get('github/repos/acme/old');
      expect([got, headers['location'], text]).toEqual([status, `${OURS}/github/repositories/1`, '']);
      expect(api.received).toHaveLength(1);
    },
  );

  it.each([301, 302, 303, 307, 308])(
    '%i to a download is followed here, without the token',
    async (status) => {
      api.answer = {
        status,
        headers: { location: `${elsewhere.url}/signed?sig=SECRET` },
        body: '<a href="SECRET">',
      };
      elsewhere.answer = {
        headers: { 'content-type': 'application/x-gzip', 'set-cookie': 'a=b' },
        body: 'archive',
      };
      const { headers, text, status: got } = await get('github/repos/acme/app/tarball/main');
      expect([got, text, headers['content-type']]).toEqual([200, 'archive', 'application/x-gzip']);
      expect(JSON.stringify(headers)).not.toContain('SECRET');
      expect(elsewhere.received).toHaveLength(1);
      expect(elsewhere.received[0]?.headers.authorization).toBeUndefined();
      expect(JSON.stringify(elsewhere.received)).not.toMatch(/vk_agent_|valetkey-user|ada/);
    },
  );

  it.each([
    ['to a host where no downloads are', 'GET', 'https://evil.example/x?sig=SECRET'],
    ['to another scheme', 'GET', 'file:///etc/passwd'],
    ['with a credential in the address', 'GET', 'http://a:SECRET@127.0.0.1/x'],
    ['of a write', 'POST', ''],
  ])('%s is not followed, and does not tell where it leads', async (_, method, location) => {
    api.answer = {
      status: 302,
      headers: { location: location || `${elsewhere.url}/x?sig=SECRET`, 'set-cookie': 'a=b' },
      body: 'SECRET',
    };
    const path = '/v1/proxy/github/repos/acme/app/issues';
    const answer = method === 'GET' ? await agent.get(path, ada) : await agent.post(path, {}, ada);
    expect([answer.status, answer.headers['valetkey-error'], answer.text]).toEqual([
      302,
      'redirect_not_followed',
      '',
    ]);
    expect(JSON.stringify(answer.headers)).not.toContain('SECRET');
    expect(elsewhere.received).toEqual([]);
  });

  it('to a download that is gone says so, and shows nothing of what its host says', async () => {
    api.answer = { status: 302, headers: { location: `${elsewhere.url}/signed?sig=SECRET` } };
    elsewhere.answer = { status: 403, body: '<Error>SECRET</Error>' };
    const { status, body, text } = await get('github/repos/acme/app/tarball/main');
    expect([status, body.code]).toEqual([502, 'unexpected_response']);
    expect(text).not.toContain('SECRET');
  });
});

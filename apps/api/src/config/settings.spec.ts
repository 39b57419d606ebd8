import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { mayBeRandomBytes, mayBeRandomText } from './randomness.js';
import { loadSettings, SETTINGS, settingsHelp, SettingsError } from './settings.js';

const WITNESS = 'witness.example/w1+b30bc625+BAzwicbivbst3DjMabVIVCFidgEehm9md8ExXcidonMs';
const LOG = 'log.example+74c86d60+Ad3cO//I7Pxx2nHMrH5aRDn2XPh+XElR9++hmu2fsX6o';
const KEYS = `key1:${randomBytes(32).toString('base64')}`;
const PRODUCTION = {
  NODE_ENV: 'production',
  VALETKEY_ENCRYPTION_KEYS: KEYS,
  VALETKEY_PUBLIC_URL: 'https://keys.example',
};

describe('settings', () => {
  it('are complete without any variable', () => {
    expect(loadSettings({})).toEqual({
      production: false,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      appName: undefined,
      dataDir: '.valetkey',
      role: 'all',
      userIssuers: [],
      operatorSessions: { idleMs: 1_800_000, lifeMs: 43_200_000, proofMs: 600_000 },
      passwords: true,
      singleSignOn: undefined,
      secondFactor: 'optional',
      privateHosts: [],
      auditAnchors: [],
      auditSinks: [],
      auditWitnesses: [],
      auditOrigin: 'localhost:3000/audit',
      auditIsPublic: false,
      trustedProxies: [],
      requestsPerSecond: { agent: 1_000, user: 200, operator: 500 },
      maxOpenTasks: 2_000,
      demo: 'auto',
      logLevel: 'info',
    });
  });

  it('take an empty variable for one that is not set', () => {
    expect(loadSettings({ PORT: '', DATABASE_URL: '', VALETKEY_ROLE: '' })).toEqual(loadSettings({}));
  });

  it('derive the public URL from the port and drop its trailing slashes', () => {
    expect(loadSettings({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
    expect(loadSettings({ VALETKEY_PUBLIC_URL: 'https://keys.example//' }).publicUrl).toBe(
      'https://keys.example',
    );
  });

  it('read lists and JSON', () => {
    const settings = loadSettings({
      VALETKEY_REDIRECT_URIS: ' https://a.example/cb , https://b.example/cb,',
      VALETKEY_USER_ISSUERS: '[{"issuer":"https://id.example","audience":"app"}]',
      VALETKEY_PRIVATE_HOSTS: 'Git.corp.example,10.1.2.3,[fd00::1]',
    });
    expect(settings.privateHosts).toEqual(['git.corp.example', '10.1.2.3', 'fd00::1']);
    expect(settings.redirectUris).toEqual(['https://a.example/cb', 'https://b.example/cb']);
    expect(settings.userIssuers).toEqual([
      { issuer: 'https://id.example', audience: 'app', userIdClaim: 'sub' },
    ]);
  });

  it.each([
    ['NODE_ENV', 'prd'],
    ['NODE_ENV', 'Production'],
    ['NODE_ENV', 'production '],
    ['NODE_ENV', 'staging'],
    ['NODE_ENV', '1'],
    ['NODE_ENV', 'dev,production'],
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'http'],
    ['VALETKEY_PUBLIC_URL', 'keys.example'],
    ['VALETKEY_PUBLIC_URL', 'ftp://keys.example'],
    ['VALETKEY_PUBLIC_URL', 'https://ops:pw@keys.example'],
    ['VALETKEY_PUBLIC_URL', 'https://keys.example/?a=b'],
    ['VALETKEY_PUBLIC_URL', 'https://keys.example/#a'],
    ['DATABASE_URL', 'mysql://db.example/x'],
    ['DATABASE_URL', 'db.example'],
    ['REDIS_URL', 'http://redis.example'],
    ['VALETKEY_ROLE', 'both'],
    ['VALETKEY_REDIRECT_URIS', 'https://a.example/cb, not-a-url'],
    ['VALETKEY_REDIRECT_URIS', 'https://a.example/cb#fragment'],
    ['VALETKEY_REDIRECT_URIS', 'javascript:alert(1)'],
    ['VALETKEY_REDIRECT_URIS', 'JavaScript:alert(1)//https://a.example'],
    ['VALETKEY_REDIRECT_URIS', 'data:text/html,hello'],
    ['VALETKEY_REDIRECT_URIS', 'file:///etc/passwd'],
    ['VALETKEY_REDIRECT_URIS', 'blob:https://a.example/1'],
    ['VALETKEY_REDIRECT_URIS', '*'],
    ['VALETKEY_REDIRECT_URIS', 'https://*.example/cb'],
    ['VALETKEY_REDIRECT_URIS', 'https://a.example/*'],
    ['VALETKEY_REDIRECT_URIS', 'https://me:pw@a.example/cb'],
    ['VALETKEY_PRIVATE_HOSTS', 'https://git.corp.example'],
    ['VALETKEY_PRIVATE_HOSTS', 'git.corp.example:8443'],
    ['VALETKEY_PRIVATE_HOSTS', 'git.corp.example, *'],
    ['VALETKEY_PRIVATE_HOSTS', '10.0.0.0/8'],
    ['VALETKEY_OPERATOR_EMAIL', 'nobody'],
    ['VALETKEY_OPERATOR_PASSWORD', 'hunter2'],
    ['VALETKEY_OPERATOR_API_KEY', 'vk_op_too-short'],
    ['VALETKEY_AUDIT_SINKS', 'https://siem.example-not-json'],
    ['VALETKEY_AUDIT_SINKS', '[{"name":"a","kind":"http","url":"http://siem.example/in"}]'],
    ['VALETKEY_AUDIT_SINKS', '[{"name":"a","kind":"syslog","url":"https://siem.example/in"}]'],
    ['VALETKEY_AUDIT_SINKS', '[{"name":"a","kind":"http","url":"https://siem:pw@siem.example/in"}]'],
    ['VALETKEY_AUDIT_SINKS', '[{"name":"A b","kind":"http","url":"https://siem.example/in"}]'],
    [
      'VALETKEY_AUDIT_SINKS',
      '[{"name":"a","kind":"http","url":"https://siem.example/","headers":{"a b":"c"}}]',
    ],
    ['VALETKEY_USER_ISSUERS', 'https://id.example-not-json'],
    ['VALETKEY_USER_ISSUERS', '{"issuer":"https://id.example-no-list"}'],
    ['VALETKEY_USER_ISSUERS', '[{"issuer":"id.example-no-url","audience":"a"}]'],
    ['VALETKEY_USER_ISSUERS', '[{"issuer":"https://id.example-no-audience"}]'],
    ['VALETKEY_USER_ISSUERS', '[{"issuer":"https://id.example-odd","audience":"a","jwks":"x"}]'],
    ['VALETKEY_AUDIT_ORIGIN', 'two words'],
    ['VALETKEY_AUDIT_ORIGIN', 'a+b'],
    ['VALETKEY_AUDIT_WITNESSES', 'https://witness.example'],
    ['VALETKEY_AUDIT_WITNESSES', '[{"url":"https://witness.example"}]'],
    ['VALETKEY_AUDIT_WITNESSES', `[{"url":"http://witness.example","key":"${WITNESS}"}]`],
    ['VALETKEY_AUDIT_WITNESSES', `[{"url":"https://witness.example","key":"${WITNESS.replace('+', '+f')}"}]`],
    ['VALETKEY_AUDIT_WITNESSES', `[{"url":"https://witness.example","key":"${LOG}"}]`],
    ['VALETKEY_AUDIT_PUBLIC', 'yes'],
    ['VALETKEY_AUDIT_RETENTION_DAYS', '7'],
    ['VALETKEY_AUDIT_RETENTION_DAYS', 'forever'],
    ['VALETKEY_AGENT_RATE', 'no limit'],
    ['VALETKEY_USER_RATE', '-3'],
    ['VALETKEY_MAX_OPEN_TASKS', 'many'],
    ['VALETKEY_APP_NAME', 'x'.repeat(61)],
    ['VALETKEY_APP_NAME', 'two\nlines'],
    ['VALETKEY_APP_NAME', 'turned \u202eround'],
    ['VALETKEY_APP_NAME', '   '],
    ['VALETKEY_TRUSTED_PROXIES', 'proxy.internal'],
    ['VALETKEY_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['VALETKEY_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['VALETKEY_TRUSTED_PROXIES', '::/0'],
    ['VALETKEY_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['VALETKEY_TRUSTED_PROXIES', '127.1'],
    ['VALETKEY_TRUSTED_PROXIES', 'true'],
    ['VALETKEY_DEMO', 'maybe'],
    ['VALETKEY_LOG_LEVEL', 'loud'],
  ])('refuse %s=%s in one line that names it and does not repeat it', (name, value) => {
    const message = refusal({ [name]: value });
    expect(message).toMatch(new RegExp(`^${name} is not valid`));
    expect(message).not.toContain('\n');
    expect(message).not.toContain(value);
  });

  it('name the place within a JSON value', () => {
    const message = refusal({ VALETKEY_USER_ISSUERS: '[{"issuer":"https://id.example","audience":""}]' });
    expect(message).toContain('at 0.audience');
  });

  it('refuse an unknown VALETKEY_ variable, and no other unknown one', () => {
    expect(refusal({ VALETKEY_PORT: '1' })).toMatch(/^VALETKEY_PORT is not a setting/);
    expect(loadSettings({ HOME: '/home/ada', VALETKEYS: '1' })).toEqual(loadSettings({}));
  });

  it('refuse production without encryption keys', () => {
    expect(refusal({ NODE_ENV: 'production' })).toMatch(/^VALETKEY_ENCRYPTION_KEYS is required/);
    expect(loadSettings(PRODUCTION).production).toBe(true);
  });

  it.each([
    ['a public URL that is not set', { VALETKEY_PUBLIC_URL: '' }, /^VALETKEY_PUBLIC_URL is required/],
    ['plain http', { VALETKEY_PUBLIC_URL: 'http://keys.example' }, /^VALETKEY_PUBLIC_URL must be https/],
    [
      'plain http on loopback',
      { VALETKEY_PUBLIC_URL: 'http://localhost:3000' },
      /^VALETKEY_PUBLIC_URL must be https/,
    ],
    ['a demo', { VALETKEY_DEMO: 'on' }, /^VALETKEY_DEMO=on is refused/],
    [
      'redirect URIs in plain http',
      uris('https://a.example/cb,http://a.example/cb'),
      /^VALETKEY_REDIRECT_URIS .* entry 2/,
    ],
    ['redirect URIs on loopback', uris('http://localhost:8080/cb'), /^VALETKEY_REDIRECT_URIS .* entry 1/],
    [
      'redirect URIs of a scheme that anybody may claim',
      uris('app:/cb'),
      /^VALETKEY_REDIRECT_URIS .* entry 1/,
    ],
    ['redirect URIs that run a script', uris('javascript:alert(1)'), /^VALETKEY_REDIRECT_URIS is not valid/],
    ['redirect URIs with wildcards', uris('https://a.example/*'), /^VALETKEY_REDIRECT_URIS is not valid/],
    ['issuers in plain http', issuer({ issuer: 'http://id.example' }), /^VALETKEY_USER_ISSUERS .* entry 1/],
    ['issuers on loopback', issuer({ issuer: 'http://127.0.0.1:9000' }), /^VALETKEY_USER_ISSUERS .* entry 1/],
    [
      'keys of issuers in plain http',
      issuer({ issuer: 'https://id.example', jwksUri: 'http://id.example/keys' }),
      /^VALETKEY_USER_ISSUERS .* entry 1/,
    ],
  ])('refuse in production %s', (_name, change, words) => {
    const message = refusal({ ...PRODUCTION, ...change });
    expect(message).toMatch(words);
    expect(message).not.toContain('\n');
  });

  it('accept in production https, and the scheme of a native app that is the name of a domain', () => {
    const accepted = uris('https://a.example/cb,com.example.app:/cb');
    expect(loadSettings({ ...PRODUCTION, ...accepted }).redirectUris).toHaveLength(2);
  });

  it.each([
    ['one byte again and again', Buffer.alloc(32, 7)],
    ['zeros', Buffer.alloc(32)],
    ['eight random bytes four times', Buffer.concat(Array<Buffer>(4).fill(randomBytes(8)))],
    ['sixteen random bytes twice', Buffer.concat(Array<Buffer>(2).fill(randomBytes(16)))],
    ['bytes that count up', Buffer.from(Array.from({ length: 32 }, (_, index) => index))],
    [
      'bytes that count down by three',
      Buffer.from(Array.from({ length: 32 }, (_, index) => (250 - 3 * index) & 255)),
    ],
    ['squares', Buffer.from(Array.from({ length: 32 }, (_, index) => (index * index) & 255))],
    ['a sentence', Buffer.from('correct horse battery staple 123')],
    ['digits', Buffer.from('01234567890123456789012345678901')],
  ])('refuse in production a sealing key that is %s, and let it open behind a better one', (_name, bytes) => {
    const weak = `old:${bytes.toString('base64')}`;
    expect(refusal({ ...PRODUCTION, VALETKEY_ENCRYPTION_KEYS: weak })).toMatch(
      /^VALETKEY_ENCRYPTION_KEYS: the key that seals is not random/,
    );
    expect(loadSettings({ VALETKEY_ENCRYPTION_KEYS: weak }).production).toBe(false);
    expect(loadSettings({ ...PRODUCTION, VALETKEY_ENCRYPTION_KEYS: `${KEYS},${weak}` }).production).toBe(
      true,
    );
  });

  it.each([
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'password-password-password-password',
    'change-me-change-me-change-me-change-me',
    'correct-horse-battery-staple-forever-2026',
    'OperatorSecretForValetkeyProduction',
    'abcdefghijklmnopqrstuvwxyz0123456789',
    '1234567890123456789012345678901234567890',
    'vk_op_e2e-operator-key-e2e-operator-key-e2e-operator-key-',
  ])('refuse in production an operator key that can be guessed: %s', (key) => {
    const message = refusal({ ...PRODUCTION, VALETKEY_OPERATOR_API_KEY: key });
    expect(message).toMatch(/^VALETKEY_OPERATOR_API_KEY can be guessed/);
    expect(message).not.toContain(key);
  });

  it('take for random whatever is: keys of 32 bytes, and as hex, base64, base64url and UUIDs', () => {
    for (let round = 0; round < 200; round++) {
      const bytes = randomBytes(32);
      expect(mayBeRandomBytes(bytes)).toBe(true);
      for (const text of [
        bytes.toString('hex'),
        bytes.toString('base64'),
        `vk_op_${bytes.toString('base64url')}`,
        bytes.toString('hex').slice(32),
        randomUUID(),
      ])
        expect([text, mayBeRandomText(text)]).toEqual([text, true]);
    }
  });

  it('are all in the help, each on one line', () => {
    const lines = settingsHelp().split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(Object.keys(SETTINGS));
  });
});

function uris(list: string): Record<string, string> {
  return { VALETKEY_REDIRECT_URIS: list };
}

function issuer(one: object): Record<string, string> {
  return { VALETKEY_USER_ISSUERS: JSON.stringify([{ audience: 'valetkey', ...one }]) };
}

function refusal(env: Record<string, string>): string {
  try {
    loadSettings(env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

import { describe, expect, it } from '@jest/globals';
import { loadSettings, SETTINGS, settingsHelp, SettingsError } from './settings.js';

const KEYS = `key1:${Buffer.alloc(32, 7).toString('base64')}`;

describe('settings', () => {
  it('are complete without any variable', () => {
    expect(loadSettings({})).toEqual({
      production: false,
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      dataDir: '.valetkey',
      role: 'all',
      userIssuers: [],
      privateHosts: [],
      auditAnchors: [],
      auditSinks: [],
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
    ['PORT', '0'],
    ['PORT', '65536'],
    ['PORT', '80.5'],
    ['PORT', 'http'],
    ['VALETKEY_PUBLIC_URL', 'keys.example'],
    ['VALETKEY_PUBLIC_URL', 'ftp://keys.example'],
    ['DATABASE_URL', 'mysql://db.example/x'],
    ['DATABASE_URL', 'db.example'],
    ['REDIS_URL', 'http://redis.example'],
    ['VALETKEY_ROLE', 'both'],
    ['VALETKEY_REDIRECT_URIS', 'https://a.example/cb, not-a-url'],
    ['VALETKEY_REDIRECT_URIS', 'https://a.example/cb#fragment'],
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
    ['VALETKEY_AUDIT_RETENTION_DAYS', '7'],
    ['VALETKEY_AUDIT_RETENTION_DAYS', 'forever'],
    ['VALETKEY_AGENT_RATE', 'no limit'],
    ['VALETKEY_USER_RATE', '-3'],
    ['VALETKEY_MAX_OPEN_TASKS', 'many'],
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
    expect(loadSettings({ NODE_ENV: 'production', VALETKEY_ENCRYPTION_KEYS: KEYS }).production).toBe(true);
  });

  it('are all in the help, each on one line', () => {
    const lines = settingsHelp().split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(/\s+/)[0])).toEqual(Object.keys(SETTINGS));
  });
});

function refusal(env: Record<string, string>): string {
  try {
    loadSettings(env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

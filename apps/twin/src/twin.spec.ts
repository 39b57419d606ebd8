import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectorsFileFor } from './connectors-file.js';
import type { Fault } from './faults/fault.js';
import { FAULT_NAMES } from './faults/fault.js';
import { TWIN_CLIENT_IDS } from './seed.js';
import { CALLBACK, TwinVisitor } from './testing/twin-visitor.js';
import type { Twin } from './twin.js';
import { startTwin } from './twin.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const SEND = 'https://www.googleapis.com/auth/gmail.send';
const LIST = '/google/calendar/v3/calendars/primary/events';
const OFFLINE = { scope: `${EVENTS} ${SEND}`, access_type: 'offline' };

let twin: Twin;
let app: TwinVisitor;
let directory: string;
beforeEach(async () => {
  twin = await startTwin({ redirectUris: [CALLBACK] });
  app = new TwinVisitor(twin, 'google');
  directory = mkdtempSync(join(tmpdir(), 'twin-'));
});
afterEach(async () => {
  await twin.close();
  rmSync(directory, { recursive: true });
});

const control = (method: string, path: string, json?: unknown) =>
  app.api('', `/control${path}`, { method, ...(json === undefined ? {} : { json }) });

describe('faults', () => {
  const once = (fault: Record<string, unknown>) =>
    twin.control.addFault({ provider: 'google', times: 1, ...fault } as Fault);

  it('strike as often as told, on matching calls only', async () => {
    const token = await app.connect(OFFLINE);
    once({ fault: 'server_error', status: 502, match: { path: '/calendar', method: 'get' } });
    expect((await app.refresh(token.refresh_token)).status).toBe(200);
    expect((await app.api(token.access_token, LIST)).status).toBe(502);
    expect((await app.api(token.access_token, LIST)).status).toBe(200);
  });

  it('word rate limits as the provider does', async () => {
    once({ fault: 'rate_limited', retryAfterS: 7 });
    const limited = await app.api('x', LIST);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    once({ fault: 'rate_limited', status: 403 });
    expect((await app.api('x', LIST)).body.error.errors[0]).toMatchObject({
      domain: 'usageLimits',
      reason: 'rateLimitExceeded',
    });
    twin.control.addFault({ provider: 'github', fault: 'rate_limited', status: 403, times: 1 });
    const github = await app.api('x', '/github/api/user');
    expect([github.status, github.headers.get('x-ratelimit-remaining')]).toEqual([403, '0']);
    twin.control.addFault({
      provider: 'dropbox',
      fault: 'rate_limited',
      reason: 'too_many_write_operations',
      retryAfterS: 1,
    });
    const dropbox = await app.api('x', '/dropbox/api/2/users/get_current_account', { method: 'POST' });
    expect(dropbox.body.error.reason['.tag']).toBe('too_many_write_operations');
  });

  it('answer nonsense instead of JSON', async () => {
    const token = await app.connect(OFFLINE);
    once({ fault: 'html' });
    const html = await app.refresh(token.refresh_token);
    expect([html.status, html.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    once({ fault: 'malformed_json' });
    expect(typeof (await app.refresh(token.refresh_token)).body).toBe('string');
    once({ fault: 'empty_body' });
    expect((await app.refresh(token.refresh_token)).body).toBe('');
  });

  it('lose the answer after the work was done, or before any', async () => {
    const token = await app.connect(OFFLINE);
    const insert = () =>
      app.api(token.access_token, LIST, {
        method: 'POST',
        json: { id: 'lost0event', start: { date: '2030-01-01' }, end: { date: '2030-01-02' } },
      });
    once({ fault: 'connection_reset' });
    await expect(insert()).rejects.toThrow();
    once({ fault: 'answer_lost' });
    await expect(insert()).rejects.toThrow();
    expect((await insert()).status).toBe(409);
    expect(twin.control.calls({ path: LIST }).map(({ status }) => status)).toEqual([0, 0, 409]);
    once({ fault: 'server_error', afterEffect: true, match: { grantType: 'authorization_code' } });
    const code = (await app.authorize(OFFLINE)).get('code');
    expect((await app.exchange(code)).status).toBe(503);
    expect((await app.exchange(code)).body.error).toBe('invalid_grant');
  });

  it('change the token answer', async () => {
    const token = await app.connect(OFFLINE);
    const refresh = async () => (await app.refresh(token.refresh_token)).body;
    once({ fault: 'no_access_token' });
    expect(await refresh()).not.toHaveProperty('access_token');
    once({ fault: 'omit_scope' });
    expect(await refresh()).not.toHaveProperty('scope');
    once({ fault: 'smaller_scope', scopes: [SEND] });
    const smaller = await refresh();
    expect(smaller.scope).toBe(SEND);
    expect((await app.api(smaller.access_token, LIST)).status).toBe(403);
    once({ fault: 'invalid_grant', description: 'reauth related error (invalid_rapt)' });
    expect(await refresh()).toMatchObject({ error_description: 'reauth related error (invalid_rapt)' });
    once({ fault: 'rotate_refresh_token' });
    expect((await refresh()).refresh_token).toMatch(/^1\/\//);
    expect((await refresh()).error).toBe('invalid_grant');
    once({ fault: 'omit_refresh_token' });
    expect(await app.connect({ ...OFFLINE, prompt: 'consent' })).not.toHaveProperty('refresh_token');
  });

  it('wait, hang, and skew the clock', async () => {
    once({ fault: 'slow', delayMs: 80 });
    const started = Date.now();
    await app.api('x', LIST);
    expect(Date.now() - started).toBeGreaterThanOrEqual(75);
    once({ fault: 'hang' });
    await expect(app.api('x', LIST, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    const token = await app.connect(OFFLINE);
    twin.control.addFault({ provider: 'google', fault: 'clock_skew', ms: 2 * 3_600_000 });
    const skewed = await app.api(token.access_token, LIST);
    expect(skewed.status).toBe(401);
    expect(Date.parse(skewed.headers.get('date') ?? '') - Date.now()).toBeGreaterThan(7_000_000);
    twin.control.clearFaults();
    expect((await app.api(token.access_token, LIST)).status).toBe(200);
  });

  it('are refused when they are not known', async () => {
    expect((await control('POST', '/faults', { provider: 'google', fault: 'nonsense' })).status).toBe(400);
    expect((await control('POST', '/faults', { provider: 'google', fault: 'hang' })).status).toBe(201);
    expect((await control('GET', '/faults')).body.faults).toHaveLength(1);
    await control('DELETE', '/faults');
    expect((await control('GET', '/faults')).body.faults).toEqual([]);
    expect(new Set(FAULT_NAMES).size).toBe(FAULT_NAMES.length);
  });
});

describe('control', () => {
  it('reports calls without anything secret', async () => {
    const token = await app.connect(OFFLINE);
    await Promise.all([app.refresh(token.refresh_token), app.refresh(token.refresh_token)]);
    const { calls } = (await control('GET', '/calls?provider=google&path=/token&grantType=refresh_token'))
      .body;
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({ method: 'POST', status: 200, account: '110169484474386276334' });
    expect(calls[0].tokenHash).toBe(calls[1].tokenHash);
    expect(JSON.stringify(twin.control.calls())).not.toContain('-twin-');
    await control('DELETE', '/calls');
    expect(twin.control.calls()).toEqual([]);
  });

  it('registers and changes clients, and expires and revokes tokens', async () => {
    const added = await control('POST', '/clients', {
      provider: 'google',
      id: 'c2',
      secret: 's2',
      redirectUris: ['http://127.0.0.1:1/x'],
    });
    expect(added.status).toBe(201);
    expect(JSON.stringify(added.body)).not.toContain('s2');
    const id = encodeURIComponent(TWIN_CLIENT_IDS.google);
    const change = {
      accessTokenLifetimeS: 5,
      rotatesRefreshTokens: true,
      addRedirectUris: ['http://127.0.0.1:2/y'],
    };
    expect((await control('PATCH', `/clients/${id}`, change)).body.redirectUris).toContain(
      'http://127.0.0.1:2/y',
    );
    const token = await app.connect(OFFLINE);
    expect(token.expires_in).toBe(5);
    const next = (await app.refresh(token.refresh_token)).body;
    expect(next.refresh_token).toBeDefined();
    expect((await control('POST', '/tokens/expire', { provider: 'google' })).body.expired).toBe(2);
    expect((await app.api(next.access_token, LIST)).status).toBe(401);
    const revoked = await control('POST', '/tokens/revoke', {
      provider: 'google',
      account: 'ada@example.com',
    });
    expect(revoked.body.revokedGrants).toBe(1);
    expect((await app.refresh(next.refresh_token)).body.error).toBe('invalid_grant');
    expect((await control('POST', '/sign-in', { provider: 'google', account: 'nobody' })).status).toBe(404);
  });

  it('shows the state and resets it', async () => {
    await app.connect(OFFLINE);
    const state = (await control('GET', '/state')).body;
    expect(state.google.events.length).toBeGreaterThan(5);
    expect(JSON.stringify(state)).not.toContain('-twin-');
    await control('POST', '/clock', { advanceMs: 1000 });
    await control('POST', '/reset');
    expect(twin.control.state()).toMatchObject({ grants: [], tokens: [] });
  });

  it('writes a connectors file with every endpoint at the twin', () => {
    const { connectors, providers } = connectorsFileFor(twin.url);
    expect(connectors.map(({ target }) => target)).toEqual(['google', 'github', 'github-app', 'dropbox']);
    for (const { endpoints } of connectors) {
      for (const url of Object.values(endpoints)) expect(url.startsWith(twin.url)).toBe(true);
    }
    expect(providers.dropbox).toHaveProperty('contentBaseUrl');
  });
});

describe('an unknown path', () => {
  it('is answered in the words of the provider, and counted', async () => {
    expect((await app.api('x', '/google/nothing')).headers.get('content-type')).toContain('text/html');
    expect((await app.api('x', '/github/api/nothing')).body.message).toBe('Not Found');
    expect((await app.api('x', '/dropbox/api/2/nothing', { method: 'POST' })).body).toContain(
      'Unknown API function',
    );
    expect(twin.control.calls()).toHaveLength(3);
  });
});

describe('state file', () => {
  it('brings tokens and clients over a restart, and holds no secret in clear', async () => {
    const stateFile = join(directory, 'deep', 'state.json');
    const first = await startTwin({ stateFile, redirectUris: [CALLBACK] });
    const token = await new TwinVisitor(first, 'google').connect(OFFLINE);
    expect(readFileSync(stateFile, 'utf8')).not.toMatch(/-twin-|twin-secret/);
    await first.close();
    const second = await startTwin({ stateFile });
    const visitor = new TwinVisitor(second, 'google');
    expect((await visitor.api(token.access_token, LIST)).status).toBe(200);
    expect((await visitor.refresh(token.refresh_token)).status).toBe(200);
    await second.close();
  });

  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const whenBuilt = existsSync(main) ? it : it.skip;

  whenBuilt('survives a kill, and ends with its parent', async () => {
    const stateFile = join(directory, 'state.json');
    const start = async () => {
      const child = spawn(process.execPath, [
        main,
        '--state',
        stateFile,
        '--redirect-uri',
        CALLBACK,
        '--exit-with-parent',
      ]);
      const line = await new Promise<string>((resolve) =>
        child.stdout.once('data', (data) => resolve(String(data))),
      );
      const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
      return { child, exited, ...(JSON.parse(line) as { ready: boolean; url: string }) };
    };
    const first = await start();
    const token = await new TwinVisitor({ url: first.url } as Twin, 'google').connect(OFFLINE);
    first.child.kill('SIGKILL');
    await first.exited;
    const second = await start();
    const visitor = new TwinVisitor({ url: second.url } as Twin, 'google');
    expect((await visitor.api(token.access_token, LIST)).status).toBe(200);
    second.child.stdin.end();
    expect(await second.exited).toBe(0);
  });
});

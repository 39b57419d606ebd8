/**
 * node scripts/dashboard-picture.ts
 *
 * Makes docs/dashboard.png, the picture of the README, from a real run: a demo of its own, whose user connects
 * three accounts; the token of one expires, one is disconnected, and agents use the third.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchChromium } from '../test/browser/chromium.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const OWNER = { email: 'owner@example.com', password: 'only-for-the-picture' };
const PORT = '3917';
const HOME = `http://localhost:${PORT}`;
/** The newest connection stands first on the page. */
const ACCOUNTS = [
  ['github', ['github.issues.list', 'github.issues.create']],
  ['dropbox', ['dropbox.files.list']],
  ['google', ['google-calendar.events.list']],
] as const;

interface DemoSession {
  readonly twinUrl: string;
  readonly userId: string;
  readonly agentKey: string;
}

async function send(url: string, method: string, body?: unknown, key?: string) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

async function ready(): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(`${HOME}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error('the server is not ready');
}

async function connect(page: Page, authorizationUri: string): Promise<void> {
  await page.goto(authorizationUri);
  const signIn = page.getByRole('button', { name: 'Sign in as' });
  if (await signIn.isVisible()) await signIn.click();
  await page.getByRole('button', { name: 'Continue to' }).click();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'is connected' }).waitFor();
}

async function live({ twinUrl, userId, agentKey }: DemoSession, page: Page): Promise<void> {
  const agent = (method: string, path: string, body?: unknown) => send(HOME + path, method, body, agentKey);
  const { clients } = await send(`${twinUrl}/control/clients`, 'GET');
  const { id } = (clients as { id: string; provider: string }[]).find((each) => each.provider === 'dropbox')!;
  await send(`${twinUrl}/control/clients/${encodeURIComponent(id)}`, 'PATCH', { accessTokenLifetimeS: 1 });
  for (const [target, actions] of ACCOUNTS) {
    const link = await agent('POST', '/v1/authorizations', { userId, target, actions });
    await connect(page, String(link['authorizationUri']));
  }
  await agent('POST', '/v1/actions/google-calendar.events.list', { userId, input: {} });
  const { data } = await agent('GET', `/v1/connections?userId=${userId}&target=github`);
  await agent('DELETE', `/v1/connections/${(data as { id: string }[])[0]?.id}`);
  const { accessToken } = await agent('POST', `/v1/users/${userId}/tokens`, {});
  await send(`${HOME}/my-account/connections`, 'GET', undefined, String(accessToken));
  await sleep(1500);
}

async function photograph(page: Page, userId: string): Promise<void> {
  await page.goto(HOME);
  await page.getByLabel('Email').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await page.goto(`${HOME}/#/users/${userId}/show`);
  await page.locator('[data-status="inactive"]').waitFor();
  await page.waitForLoadState('networkidle');
  await page.mouse.move(720, 890);
  await page.screenshot({ path: fromRoot('docs/dashboard.png') });
}

const dataDir = mkdtempSync(join(tmpdir(), 'valetkey-picture-'));
const server = spawn(process.execPath, [fromRoot('apps/api/dist/main.js')], {
  env: {
    PATH: process.env['PATH'],
    PORT,
    VALETKEY_DATA_DIR: dataDir,
    VALETKEY_DEMO: 'on',
    VALETKEY_OPERATOR_EMAIL: OWNER.email,
    VALETKEY_OPERATOR_PASSWORD: OWNER.password,
  },
  stdio: ['ignore', 'ignore', 'inherit'],
});
const browser = await launchChromium();
try {
  await ready();
  const session = JSON.parse(readFileSync(join(dataDir, 'demo/session.json'), 'utf8')) as DemoSession;
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'light' });
  await live(session, page);
  await photograph(page, session.userId);
} finally {
  await browser.close();
  server.kill('SIGTERM');
  if (server.exitCode === null) await once(server, 'exit');
  rmSync(dataDir, { recursive: true, force: true });
}

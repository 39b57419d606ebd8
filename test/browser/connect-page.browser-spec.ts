import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import {
  LOOPBACK,
  OwnClient,
  query,
  startServer,
  userClient,
  type Client,
  type Server,
} from '../kit/index.js';
import { violationsOf } from './accessibility.js';
import { handOver } from './app-page.js';
import { launchChromium } from './chromium.js';
import { SPEC_MS, START_MS } from './scene.js';
import { PHONE, Visitor, type VisitorOptions } from './visitor.js';

const USER = 'linus@acme.example';
const REFUSED = { expected: [/^\w+ \/(connect|oauth)\/.* 4\d\d$/] };
/** The client's page has no icon. */
const WITH_CLIENT = { expected: [...REFUSED.expected, /favicon/] };

let demo: Server;
let agent: Client;
let browser: Browser;
const visitors: Visitor[] = [];

beforeAll(async () => {
  demo = await startServer({ env: { VALETKEY_DEMO: 'on' } });
  browser = await launchChromium();
  agent = demo.anonymous.as(demo.agentKey);
}, START_MS);
afterEach(async () => {
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
  await Promise.all(visitors.splice(0).map((visitor) => visitor.close()));
});
afterAll(async () => {
  await browser?.close();
  await demo?.destroy();
}, START_MS);

async function visit(options?: VisitorOptions): Promise<Visitor> {
  const visitor = await Visitor.at(demo.url, browser, options);
  visitors.push(visitor);
  return visitor;
}

async function link(userId = USER): Promise<{ id: string; authorizationUri: string }> {
  const actions = ['google-calendar.events.list', 'gmail.messages.send'];
  return (await agent.post('/v1/authorizations', { userId, target: 'google', actions })).body;
}

const tokenOf = async (userId: string) => (await userClient(agent, userId)).credential as string;

/** The open page is readable by everybody, in both themes and on a phone. */
async function expectReadable(visitor: Visitor): Promise<void> {
  const { page } = visitor;
  const before = page.viewportSize();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violationsOf(page)).toEqual([]);
  }
  await page.setViewportSize(PHONE);
  expect(await visitor.overflow()).toBeLessThanOrEqual(0);
  if (before) await page.setViewportSize(before);
}

describe('the hosted connect page', () => {
  it(
    'asks a stranger who they are and tells nothing about the link',
    async () => {
      const visitor = await visit(REFUSED);
      await visitor.page.goto((await link()).authorizationUri);
      await visitor.heading('Who are you?').waitFor();
      const text = await visitor.text();
      expect(text).toContain('Open it from the app where you are signed in');
      expect(text).not.toMatch(/linus|google|calendar|Sign in as/i);
      await expectReadable(visitor);
    },
    SPEC_MS,
  );

  it(
    'says who asks, what for and what will be allowed, in words that a person understands',
    async () => {
      const visitor = await visit();
      await handOver(visitor, (await link()).authorizationUri, await tokenOf(USER));
      await visitor.heading('Connect Google').waitFor();
      const text = await visitor.text();
      expect(text).toContain('demo-agent asks to use your Google account.');
      expect(text).toContain(`You are signed in as ${USER}.`);
      expect(text).toMatch(/It wants to:\s+List/i);
      expect(text).toContain('Google will ask you to allow:');
      expect(text).toContain('Agents never see your password or token.');
      expect(text).not.toContain('googleapis.com');
      expect(await visitor.page.locator('body').innerHTML()).not.toContain('eyJ');
      await expectReadable(visitor);
      await visitor.page.keyboard.press('Tab');
      await visitor.page.keyboard.press('Enter');
      await visitor.button('Allow').waitFor();
    },
    SPEC_MS,
  );

  it(
    'lets a person who denied come back and agree',
    async () => {
      const visitor = await visit(REFUSED);
      await handOver(visitor, (await link()).authorizationUri, await tokenOf(USER));
      await visitor.button('Continue to Google').click();
      await visitor.button('Deny').click();
      await visitor.heading('Not connected').waitFor();
      await visitor.page.getByText('You did not allow access to your Google account').waitFor();
      expect(await visitor.text()).not.toMatch(/the user|ask again/i);
      await expectReadable(visitor);
      await visitor.link('Try again').click();
      await visitor.page.getByText('You declined before. Nothing was changed.').waitFor();
      await expectReadable(visitor);
      await visitor.button('Continue to Google').click();
      await visitor.button('Allow').click();
      await visitor.heading('Google is connected').waitFor();
      await expectReadable(visitor);
    },
    SPEC_MS,
  );

  it(
    "refuses somebody else's link, an old one and one that never was",
    async () => {
      const visitor = await visit(REFUSED);
      const { id, authorizationUri } = await link();
      await handOver(visitor, authorizationUri, await tokenOf('mallory'));
      await visitor.page.getByText('This link was made for somebody else. Nothing was connected.').waitFor();
      expect(await visitor.text()).not.toContain('linus');
      await expectReadable(visitor);

      await query(
        demo.embeddedDatabaseUrl,
        `UPDATE authorizations SET expires_at = now() - interval '1 second' WHERE id = $1`,
        [id],
      );
      await visitor.page.goto(authorizationUri);
      await visitor.page.getByText('This link is older than ten minutes. Ask for a new one.').waitFor();
      await visitor.page.goto(`${demo.url}/connect/aut_none`);
      await visitor.page.getByText('There is no such authorization.').waitFor();
    },
    SPEC_MS,
  );

  it(
    'stands in for the app in the demo, whose owner sees it on the overview',
    async () => {
      const visitor = await visit(REFUSED);
      const { body } = await agent.post('/v1/authorizations', {
        userId: 'demo-user',
        target: 'github',
        actions: ['github.issues.list'],
      });
      await visitor.page.goto(body.authorizationUri);
      await expectReadable(visitor);
      await visitor.button('Sign in as demo-user').click();
      await visitor.button('Continue to GitHub').click();
      await visitor.button('Allow').click();
      await visitor.heading('GitHub is connected').waitFor();

      await visitor.signIn();
      await visitor.page.getByText('Try it with the demo user').waitFor();
      await visitor.settled();
      expect(await visitor.link(/API description/).getAttribute('href')).toBe('/docs');
      expect(await violationsOf(visitor.page)).toEqual([]);
      await visitor.page.getByRole('link', { name: 'demo-user', exact: true }).click();
      await visitor.heading('Ada Lovelace').waitFor();
      await visitor.page.getByRole('article', { name: 'GitHub' }).locator('[data-status="active"]').waitFor();
    },
    SPEC_MS,
  );
});

describe('the hosted page of the history', () => {
  it(
    'tells a person by day, in their own zone, what was done for them',
    async () => {
      const visitor = await visit({ ...REFUSED, timezoneId: 'Asia/Kolkata' });
      const { page } = visitor;
      await agent.post('/v1/actions/gmail.messages.search', { userId: USER, input: {} });
      await page.goto(`${demo.url}/connect/history`);
      await visitor.heading('Who are you?').waitFor();
      await handOver(visitor, `${demo.url}/connect/history`, await tokenOf(USER));
      await visitor.heading('What was done for you').waitFor();
      await page.getByText('Times are in Asia/').waitFor();
      const text = await visitor.text();
      expect(text).toContain('demo-agent asked for access to your Google account.');
      expect(text).toContain('demo-agent got a token that speaks for you.');
      const time = page.locator('#events time').first();
      const at = await time.getAttribute('datetime');
      const there = { timeZone: 'Asia/Kolkata', timeStyle: 'short' } as const;
      expect(await time.textContent()).toBe(
        new Intl.DateTimeFormat('en-GB', there).format(new Date(at ?? 0)),
      );
      expect(await time.getAttribute('title')).toContain('GMT+5:30');
      await expectReadable(visitor);

      await page.getByLabel('Account').selectOption('Google');
      await visitor.button('Show').click();
      await page.waitForURL(/target=google/);
      expect(await visitor.text()).not.toContain('got a token that speaks for you');
      await page.goto(`${demo.url}/connect/history?target=nothing`);
      await page.getByText('Nothing of that kind.').waitFor();
      await expectReadable(visitor);
    },
    SPEC_MS,
  );
});

describe('the page on which a user lets a client of their own in', () => {
  it(
    'says who asks and where the answer goes, and leads back to the client',
    async () => {
      const agents = (await demo.operator.get('/v1/operator/agents')).body;
      await demo.operator.patch(`/v1/operator/agents/${agents[0].id}`, { userClients: true });
      const client = new OwnClient(demo.url);
      const visitor = await visit(WITH_CLIENT);
      await visitor.page.goto((await client.start()).href);
      await visitor.heading('Who are you?').waitFor();
      await expectReadable(visitor);
      await handOver(visitor, visitor.page.url(), await tokenOf(USER));
      await visitor.heading('Let Terminal client in?').waitFor();
      const text = await visitor.text();
      expect(text).toContain(`You are signed in as ${USER}.`);
      expect(text).toContain('Your answer goes to a program on this computer.');
      expect(text).toContain(agents[0].name);
      await expectReadable(visitor);
      await visitor.page.getByLabel('GitHub').uncheck();
      const { port } = new URL(LOOPBACK);
      const listening = createServer((_, response) => response.end('You can close this page.'));
      listening.listen(Number(port), '127.0.0.1');
      await visitor.button('Allow').first().click();
      await visitor.page.waitForURL(`${LOOPBACK}**`);
      listening.close();
      await client.finish(visitor.page.url());
      expect((await client.mcp.listTools()).tools.map(({ name }) => name)).toContain('search_tools');
      await client.mcp.close();

      await visitor.page.goto(`${demo.url}/connect/clients`);
      await visitor.page.getByText('Terminal client').waitFor();
      await expectReadable(visitor);
      await visitor.button('End').click();
      await visitor.page.getByText('No client of your own may act for you.').waitFor();
    },
    SPEC_MS,
  );
});

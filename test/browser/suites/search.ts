import type { Page } from 'playwright-core';
import { addOperator } from '../../kit/index.js';
import { violationsOf } from '../accessibility.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { DESK, PHONE } from '../visitor.js';
import type { World } from '../world.js';

let scene: Scene;
let world: World;
beforeAll(async () => {
  scene = await stage.scene();
  world = await stage.world();
}, START_MS);

const box = (page: Page) => page.getByRole('combobox', { name: 'Search' });
const option = (page: Page, name: string | RegExp) => page.getByRole('option', { name });
const addressOf = (page: Page) => page.evaluate(() => location.hash);

/** Opens it by its button, and waits until it has come into view. */
async function press(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Search' }).click();
  await box(page).waitFor();
  await page.waitForFunction(() => {
    const container = document.querySelector('.MuiDialog-container');
    return container !== null && getComputedStyle(container).opacity === '1';
  });
}

/** Types a text, and waits for what the highlighted option says of it. */
async function type(page: Page, text: string, first: RegExp): Promise<void> {
  await box(page).fill(text);
  await page.locator('[role="option"].Mui-focused').filter({ hasText: first }).waitFor();
}

describe('the search', () => {
  it(
    'opens with / and Ctrl-K, and finds people, pages and everything by an id, without a pointer',
    async () => {
      const visitor = await scene.owner('/', { viewport: DESK });
      const { page } = visitor;
      const { keyboard } = page;
      await visitor.settled();

      await keyboard.press('/');
      await box(page).waitFor();
      expect(await box(page).inputValue()).toBe('');
      await type(page, 'acme ad', new RegExp(world.userId));
      await keyboard.press('Enter');
      await visitor.heading(world.userId).waitFor();

      await keyboard.press('Control+k');
      await type(page, 'dead', /Dead letters/);
      await keyboard.press('Enter');
      await visitor.heading('Dead letters').waitFor();

      for (const [id, path] of [
        [world.tasks.failed, `#/tasks/${world.tasks.failed}/show`],
        [world.connectionId, `#/connections/${world.connectionId}/show`],
        [world.agentId, `#/agents/${world.agentId}/show`],
      ] as const) {
        await keyboard.press('/');
        await box(page).fill(id.slice(0, -1));
        await option(page, new RegExp(id)).or(page.locator('[role="option"]').first()).first().waitFor();
        await keyboard.press('Enter');
        await page.waitForFunction((wanted) => location.hash === wanted, path);
      }

      await keyboard.press('/');
      await type(page, 'calendar.events.cre', /google-calendar\.events\.create/);
      await keyboard.press('Enter');
      await visitor.heading('Audit history').waitFor();
    },
    SPEC_MS,
  );

  it(
    'offers what was opened lately, walks with the arrow keys, closes with Escape and gives the focus back',
    async () => {
      const visitor = await scene.owner('/vault', { viewport: DESK });
      const { page } = visitor;
      const button = page.getByRole('button', { name: 'Search' });
      await button.focus();
      await page.keyboard.press('Enter');
      await type(page, world.userId, new RegExp(world.userId));
      await page.keyboard.press('Enter');
      await visitor.heading(world.userId).waitFor();
      expect(
        await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])),
      ).not.toContain('acme.example');

      await page.keyboard.press('Control+k');
      await page
        .getByRole('group')
        .or(page.getByText('Recent', { exact: true }))
        .first()
        .waitFor();
      const highlighted = page.locator('[role="option"].Mui-focused');
      await highlighted.filter({ hasText: world.userId }).waitFor();
      await page.keyboard.press('ArrowDown');
      await highlighted.filter({ hasText: 'Overview' }).waitFor();
      expect(await box(page).getAttribute('aria-activedescendant')).toBe(
        await highlighted.getAttribute('id'),
      );
      await page.keyboard.press('Escape');
      await box(page).waitFor({ state: 'detached' });
      expect(await addressOf(page)).toBe(`#/users/${encodeURIComponent(world.userId)}/show`);
    },
    SPEC_MS,
  );

  it(
    'leaves / to those who type, and to nobody once it is switched off',
    async () => {
      const visitor = await scene.visitor();
      const { page } = visitor;
      await visitor.signIn();
      await visitor.open('/users');
      const filter = page.getByLabel('Search id, name or email');
      await filter.focus();
      await page.keyboard.press('/');
      expect(await filter.inputValue()).toBe('/');
      expect(await box(page).count()).toBe(0);

      await page.keyboard.press('Control+k');
      await page.getByRole('checkbox', { name: 'Open with /' }).uncheck();
      await page.keyboard.press('Escape');
      await box(page).waitFor({ state: 'detached' });
      await page.getByRole('main').click({ position: { x: 2, y: 2 } });
      await page.keyboard.press('/');
      expect(await box(page).count()).toBe(0);
      await page.keyboard.press('Control+k');
      await box(page).waitFor();
    },
    SPEC_MS,
  );

  it(
    'says what it does not find and why it does not work',
    async () => {
      const visitor = await scene.owner('/', { expected: [/^GET \/v1\/operator\/search 503$/] });
      const { page } = visitor;
      await visitor.settled();
      await page.keyboard.press('/');
      await box(page).fill('zeppelin');
      await page.getByRole('status').filter({ hasText: 'Nothing is called “zeppelin”' }).waitFor();
      await page.route('**/v1/operator/search?**', (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: '{"detail":"Try later."}',
        }),
      );
      await box(page).fill('zeppelins');
      await page.getByRole('alert').filter({ hasText: 'The search did not work. Try later.' }).waitFor();
    },
    SPEC_MS,
  );

  it(
    'is there for auditors',
    async () => {
      await addOperator(scene.stack.server.embeddedDatabaseUrl, 'searching@example.com', 'auditor');
      const visitor = await scene.visitor();
      const { page } = visitor;
      await visitor.signIn('searching@example.com');
      await page.keyboard.press('/');
      await type(page, world.userId, new RegExp(world.userId));
    },
    SPEC_MS,
  );

  it.each([
    ['at a desk, by day', DESK, 'light'],
    ['on a phone, by night', PHONE, 'dark'],
  ] as const)(
    'is accessible and fits, %s',
    async (_where, viewport, colorScheme) => {
      const visitor = await scene.owner('/', { viewport, colorScheme });
      const { page } = visitor;
      await visitor.settled();
      await press(page);
      expect(await violationsOf(page)).toEqual([]);
      await type(page, 'acme', new RegExp(world.userId));
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: 'Close the search' }).click();
      await box(page).waitFor({ state: 'detached' });
    },
    SPEC_MS,
  );
});

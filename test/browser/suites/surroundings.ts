import { violationsOf } from '../accessibility.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { DESK, PHONE } from '../visitor.js';

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
}, START_MS);

describe('an address without its #', () => {
  it.each([
    ['at a desk, by day', DESK, 'light'],
    ['on a phone, by night', PHONE, 'dark'],
  ] as const)(
    'is a page that leads to the dashboard, %s',
    async (_where, viewport, colorScheme) => {
      const expected = [/^GET \/connectors\/create 404$/];
      const visitor = await scene.owner('/', { viewport, colorScheme, expected });
      const { page } = visitor;
      await page.goto('/connectors/create');
      await visitor.heading('Page not found').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('link', { name: 'open it there' }).click();
      await visitor.heading('Add a connector').waitFor();
      await visitor.settled();
    },
    SPEC_MS,
  );
});

describe('a window that becomes as narrow as a phone', () => {
  it(
    'keeps the page for assistive technology, and the menu a press away',
    async () => {
      const visitor = await scene.owner('/agents', { viewport: DESK });
      const { page } = visitor;
      await visitor.settled();
      await page.setViewportSize(PHONE);
      await visitor.link('Create agent').waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
      expect(await page.locator('#root [aria-hidden="true"] main, #root[aria-hidden="true"]').count()).toBe(
        0,
      );
      await page.getByRole('button', { name: 'Open menu' }).click();
      await page.getByRole('dialog', { name: 'Menu' }).waitFor();
      await page.keyboard.press('Escape');
      await page.setViewportSize(DESK);
      await page.getByRole('navigation', { name: 'Main' }).waitFor();
    },
    SPEC_MS,
  );

  it(
    'begins with the page where it is opened again, and at a desk with the menu as it was left there',
    async () => {
      const { page } = await scene.owner('/agents', { viewport: DESK });
      const menu = (name: string) => page.getByRole('button', { name, exact: true });
      await menu('Close menu').click();
      await menu('Open menu').waitFor();
      for (const viewport of [PHONE, DESK]) {
        await page.setViewportSize(viewport);
        await page.reload();
        await page.getByRole('link', { name: 'Create agent' }).waitFor();
        await menu('Open menu').waitFor();
        expect(await page.getByRole('dialog').count()).toBe(0);
      }
      await menu('Open menu').click();
      await menu('Close menu').waitFor();
      await page.setViewportSize(PHONE);
      await page.reload();
      await page.getByRole('link', { name: 'Create agent' }).waitFor();
      expect(await page.getByRole('dialog').count()).toBe(0);
      await page.setViewportSize(DESK);
      await menu('Close menu').waitFor();
    },
    SPEC_MS,
  );
});

describe('a browser without network', () => {
  it(
    'says so for as long as it lasts',
    async () => {
      const visitor = await scene.owner('/vault');
      const { page } = visitor;
      await visitor.settled();
      await page.evaluate(() => window.dispatchEvent(new Event('offline')));
      await page.getByText('You are offline.').waitFor();
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await page.getByText('You are offline.').waitFor({ state: 'detached' });
    },
    SPEC_MS,
  );
});

import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { violationsOf } from '../accessibility.js';
import { DESK, PHONE } from '../visitor.js';

const MOST_STOPS = 60;

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
  await stage.world();
}, START_MS);

/** The focused element, and the reason why its ring cannot be seen, if there is one. */
function focusedAndFault(): { name: string; fault: string | undefined } {
  const focused = document.activeElement as HTMLElement;
  const name = focused.getAttribute('aria-label') ?? focused.textContent?.trim() ?? '';
  const isDrawn = ({ outlineStyle, outlineWidth }: CSSStyleDeclaration) =>
    outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const own = getComputedStyle(focused);
  const after = getComputedStyle(focused, '::after');
  const ring = isDrawn(own) ? own : isDrawn(after) ? after : undefined;
  if (!ring) return { name, fault: 'there is none' };
  const box = (ring === own ? focused : (focused.offsetParent ?? focused)).getBoundingClientRect();
  const reach = parseFloat(ring.outlineOffset) + parseFloat(ring.outlineWidth);
  for (let above = focused.parentElement; above; above = above.parentElement) {
    if (getComputedStyle(above).overflowX === 'visible') continue;
    const clip = above.getBoundingClientRect();
    const isInside =
      box.left - reach >= clip.left && box.right + reach <= clip.right && box.top - reach >= clip.top;
    if (!isInside) return { name, fault: `it is cut off by ${above.tagName}.${above.className}` };
  }
  return { name, fault: undefined };
}

describe('the overview', () => {
  it(
    'asks for at most 350 kB of compressed JavaScript, but for the charts, which come after the page',
    async () => {
      const visitor = await scene.owner('/', { viewport: DESK });
      await visitor.settled();
      const scripts = await visitor.page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .filter(({ name }) => name.endsWith('.js'))
          .map((entry) => entry as PerformanceResourceTiming)
          .map(({ name, encodedBodySize, decodedBodySize }) => ({ name, encodedBodySize, decodedBodySize })),
      );
      const first = scripts.filter(({ name }) => !name.includes('/drawing-'));
      const sum = (member: 'encodedBodySize' | 'decodedBodySize') =>
        first.reduce((bytes, script) => bytes + script[member], 0);
      expect(sum('decodedBodySize')).toBeGreaterThan(500_000);
      expect(sum('encodedBodySize')).toBeLessThanOrEqual(350_000);
    },
    SPEC_MS,
  );

  it.each([
    ['at a desk', DESK],
    ['on a phone', PHONE],
  ])(
    'shows which of its links has the focus, %s',
    async (_where, viewport) => {
      const visitor = await scene.owner('/', { viewport });
      const { page } = visitor;
      await visitor.settled();
      const stops: { name: string; fault: string | undefined }[] = [];
      for (let press = 0; press < MOST_STOPS; press++) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(() => document.activeElement?.closest('main') === null)) continue;
        stops.push(await page.evaluate(focusedAndFault));
      }
      expect(stops.filter(({ fault }) => fault !== undefined)).toEqual([]);
      expect(stops.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['Users', 'Connections', 'Tasks in progress', 'Audit events', 'Agents']),
      );
    },
    SPEC_MS,
  );
});

describe('what happened in a range of time', () => {
  it.each([
    ['at a desk, by day', DESK, 'light'],
    ['on a phone, by night', PHONE, 'dark'],
  ] as const)(
    'is drawn, and told as a table, with ways to what was counted, %s',
    async (_where, viewport, colorScheme) => {
      const visitor = await scene.owner('/', { viewport, colorScheme });
      const { page } = visitor;
      await page.getByRole('region', { name: 'Calls', exact: true }).locator('svg rect').first().waitFor();
      await visitor.settled();
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

      await visitor.button('Hour').click();
      // Calls of one minute are a mark, those of two neighbours are joined by a line, which may have no height.
      const latency = page.getByRole('region', { name: 'Latency of calls', exact: true });
      await latency
        .locator('.MuiLineChart-mark, .MuiLineChart-line[d*="L"]')
        .first()
        .waitFor({ state: 'attached' });
      await page.getByRole('button', { name: 'Table of Calls' }).click();
      const table = page.getByRole('table', { name: 'Calls', exact: true });
      await table.waitFor();
      const cells = await table.getByRole('row').last().getByRole('cell').allInnerTexts();
      expect(cells).toHaveLength(3);
      const sums = page.getByRole('list', { name: 'Sums' });
      expect(await sums.getByRole('link', { name: /^Calls/ }).innerText()).toMatch(/[1-9]/);
      await sums.getByRole('link', { name: /^Failed calls/ }).click();
      await visitor.heading('Audit history').waitFor();
      expect(decodeURIComponent(page.url())).toContain('"outcome":"failed"');
      await visitor.settled();
    },
    SPEC_MS,
  );
});

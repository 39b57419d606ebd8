import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import { violationsOf } from '../accessibility.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { PHONE, type Visitor } from '../visitor.js';

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
}, START_MS);

const REFUSED = /^POST \/v1\/(operator\/connectors|authorizations) (400|409)$/;
const DELETED = /operator\/connectors\/\S+ 404$/;
const search = ({ page }: Visitor) => page.getByRole('searchbox', { name: 'Search providers' });
const names = async ({ page }: Visitor) => page.locator('main li a > :first-child').allInnerTexts();
const all = async () => (await scene.stack.operator.get('/v1/operator/connectors')).body;
const remove = async (target: string) => {
  for (const one of await all())
    if (one.target === target) await scene.stack.operator.delete(`/v1/operator/connectors/${one.id}`);
};

async function visit(path: string, options: object = {}): Promise<Visitor> {
  return scene.owner(path, { expected: [REFUSED, DELETED], ...options });
}

describe('the gallery of providers', () => {
  it(
    'is searched by name and by use, and says what to do where nothing fits',
    async () => {
      const visitor = await visit('/connectors');
      const { page } = visitor;
      await visitor.link('Add a connector').click();
      await search(visitor).waitFor();
      expect((await names(visitor)).length).toBeGreaterThan(45);
      await search(visitor).fill('zend');
      await page.getByText(/^2 of /).waitFor();
      expect(await names(visitor)).toEqual(['Zendesk', 'Zendesk (API token)']);
      expect(await page.getByText('Not tried against the real server', { exact: true }).count()).toBe(2);
      await search(visitor).fill('tickets');
      await page.getByText(/^[3-9] of /).waitFor();
      expect(await names(visitor)).toEqual(expect.arrayContaining(['Zendesk', 'HubSpot']));
      await search(visitor).fill('carrier pigeon');
      await page.getByText('No provider matches “carrier pigeon”').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await visitor.link('Use OpenID Connect').click();
      await visitor.heading('Add OpenID Connect').waitFor();
      await page.goBack();
      await page.getByText('No provider matches “carrier pigeon”').waitFor();
    },
    SPEC_MS,
  );

  it(
    'is used by keyboard alone',
    async () => {
      const visitor = await visit('/connectors/create');
      const { page } = visitor;
      await search(visitor).waitFor();
      expect(await search(visitor).evaluate((field) => field === document.activeElement)).toBe(true);
      await page.keyboard.type('notion');
      await page.getByText(/^1 of /).waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await visitor.heading('Add Notion').waitFor();
      expect(await page.getByLabel('Redirect URI').inputValue()).toBe(
        `${scene.stack.server.url}/oauth/callback/notion`,
      );
    },
    SPEC_MS,
  );

  it(
    'leads from an API to the client whose tokens it takes, and to the one that is there',
    async () => {
      const visitor = await visit('/connectors/create?preset=google&api=youtube');
      const { page } = visitor;
      await visitor.heading('Add YouTube').waitFor();
      await page.getByText('Its client serves YouTube as well').waitFor();
      await page.getByText(/^Enable the API for your project at/).waitFor();
    },
    SPEC_MS,
  );

  it(
    'says when the providers cannot be read, and reads them again',
    async () => {
      const visitor = await scene.visitor({ expected: [/connector-presets 503$/] });
      const { page } = visitor;
      await page.route('**/connector-presets', (route) =>
        route.fulfill({
          status: 503,
          contentType: 'application/problem+json',
          body: '{"detail":"Not now."}',
        }),
      );
      await visitor.signIn();
      await visitor.open('/connectors/create');
      await page.getByText('The providers could not be loaded').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.unroute('**/connector-presets');
      await visitor.button('Retry').click();
      await search(visitor).waitFor();
    },
    SPEC_MS,
  );
});

describe('a provider whose addresses have a place', () => {
  it(
    'is added once its subdomain is right, however often it was wrong',
    async () => {
      const visitor = await visit('/connectors/create?preset=zendesk');
      const { page } = visitor;
      await visitor.heading('Add Zendesk').waitFor();
      await page.getByText('See tickets, users and organisations.').waitFor();
      await page.getByText(/In Admin Center, under Apps and integrations/).waitFor();
      await page.getByLabel('Client id').fill('client');
      await page.getByLabel('Client secret').fill('canary-zendesk-secret');
      await visitor.button('Add connector').click();
      await page.getByText('Required').waitFor();
      const subdomain = page.getByLabel('Subdomain');
      await subdomain.fill('https://acme.zendesk.com');
      await visitor.button('Add connector').click();
      await page.getByText('must be one label of a host name, in lower case, as in acme').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect((await all()).some(({ preset }: { preset: string }) => preset === 'zendesk')).toBe(false);

      // The server's own refusal, which must not keep the form from being sent again either.
      await page.getByLabel('Target').fill('google');
      await subdomain.fill('wonderland');
      await visitor.button('Add connector').click();
      await page.getByText(/is taken by a connector/).waitFor();
      await page.getByLabel('Target').fill('zendesk');
      await visitor.button('Add connector').click();
      await visitor.heading(/^Zendesk$/).waitFor();
      expect((await all()).find(({ target }: { target: string }) => target === 'zendesk')).toMatchObject({
        preset: 'zendesk',
        parameters: { subdomain: 'wonderland' },
        hasClientSecret: true,
      });
      // This machine reaches no provider, which the test says instead of waiting.
      await page.getByText('Client and secret').waitFor();
      expect(await page.content()).not.toContain('canary-zendesk-secret');
    },
    SPEC_MS,
  );

  it(
    'has its subdomain where it is edited',
    async () => {
      const { id } = (await all()).find(({ target }: { target: string }) => target === 'zendesk');
      const visitor = await visit(`/connectors/${id}`);
      expect(await visitor.page.getByLabel('Subdomain').inputValue()).toBe('wonderland');
      expect(await violationsOf(visitor.page)).toEqual([]);
      await remove('zendesk');
    },
    SPEC_MS,
  );
});

describe('the live test', () => {
  const add = async (visitor: Visitor, secret: string) => {
    const { page } = visitor;
    await page.getByLabel('Client id').fill(TWIN_CLIENT_IDS.google);
    await page.getByLabel('Client secret').fill(secret);
    await page.getByLabel('Issuer').fill(`${scene.stack.twin.url}/google`);
    await page.getByLabel('Target').fill('tested');
    await visitor.button('Add connector').click();
    await page.getByText('Client and secret').waitFor();
  };
  afterEach(() => remove('tested'));

  it(
    'begins by itself, and says of a wrong secret what to do',
    async () => {
      const visitor = await visit('/connectors/create?preset=oidc');
      await add(visitor, 'wrong-secret');
      const { page } = visitor;
      await page.getByText(/does not accept the client/).waitFor();
      await page.getByText(/Copy the client id and secret from the provider again/).waitFor();
      expect(await violationsOf(page)).toEqual([]);
    },
    SPEC_MS,
  );

  it(
    'says that a client works, and makes a link for an own account, on a phone',
    async () => {
      const { id } = (await all()).find(({ target }: { target: string }) => target === 'google');
      const options = { viewport: PHONE, colorScheme: 'dark' };
      const visitor = await visit(`/connectors/${id}/show`, options);
      await visitor.button('Test the server').click();
      const { page } = visitor;
      await page.getByText(/did not complain about the client/).waitFor();
      expect(await page.locator('[data-status="failed"]').count()).toBe(0);
      await page.getByLabel('Your user id').fill('operator@acme.example');
      await visitor.button('Make a link').click();
      const link = visitor.link('Open the link');
      await link.waitFor();
      expect(await link.getAttribute('href')).toMatch(/\/connect\/aut_/);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      expect(await violationsOf(page)).toEqual([]);
    },
    SPEC_MS,
  );
});

import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import { violationsOf } from '../accessibility.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import type { Visitor } from '../visitor.js';

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
}, START_MS);

const REFUSED = /^(POST|PATCH) \/v1\/operator\/connectors\S* (400|409)$/;
const helperOf = ({ page }: Visitor, label: string) => page.getByLabel(label, { exact: true });
const find = async (target: string) =>
  (await scene.stack.operator.get('/v1/operator/connectors')).body.find(
    (connector: { target: string }) => connector.target === target,
  );

async function visit(path: string): Promise<Visitor> {
  const visitor = await scene.visitor({ expected: [REFUSED, /operator\/connectors\/\S+ 404$/] });
  await visitor.signIn();
  await visitor.open(path);
  return visitor;
}

describe('a connector', () => {
  it(
    'is created with the addresses that its preset leaves open, errors standing at their fields',
    async () => {
      const visitor = await visit('/connectors');
      const { page } = visitor;
      await visitor.link('Add a connector').click();
      await visitor.link(/^OpenID Connect/).click();
      await page.getByLabel('Target').fill('My CRM');
      await page.getByLabel('Client id').fill(TWIN_CLIENT_IDS.google);
      await helperOf(visitor, 'Issuer').waitFor();
      expect(await helperOf(visitor, 'Token endpoint').isVisible()).toBe(false);
      expect(await violationsOf(page)).toEqual([]);

      await visitor.button('Add connector').click();
      await page.getByText('must be lower-case letters, digits and dashes').waitFor();
      await page.getByLabel('Target').fill('crm');
      expect(await page.getByLabel('Redirect URI').inputValue()).toMatch(/\/oauth\/callback\/crm$/);
      await visitor.button('Add connector').click();
      await page.getByText('the preset oidc needs it').waitFor();

      await page.getByLabel('Name', { exact: true }).fill('Our CRM');
      await page.getByLabel('Client secret').fill(TWIN_CLIENT_SECRETS.google);
      await helperOf(visitor, 'Issuer').fill(`${scene.stack.twin.url}/google`);
      await visitor.button('Add connector').click();
      await visitor.heading('Our CRM').waitFor();
      await visitor.settled();
      expect(await page.content()).not.toContain(TWIN_CLIENT_SECRETS.google);
      expect(await find('crm')).toMatchObject({ preset: 'oidc', source: 'operator', hasClientSecret: true });
    },
    SPEC_MS,
  );

  it(
    'is edited, its secret kept when the field stays empty',
    async () => {
      const { id } = await find('crm');
      const visitor = await visit(`/connectors/${id}/show`);
      const { page } = visitor;
      await visitor.link('Edit').click();
      await page.getByText('Stored; leave empty to keep it.').waitFor();
      expect(await page.getByLabel('Client secret').inputValue()).toBe('');
      expect(await violationsOf(page)).toEqual([]);
      await page.getByLabel('Name', { exact: true }).fill('Renamed CRM');
      await page.getByLabel('Store tokens').click();
      await visitor.button('Save changes').click();
      await visitor.heading('Renamed CRM').waitFor();
      expect(await find('crm')).toMatchObject({ storeTokens: false, hasClientSecret: true });
    },
    SPEC_MS,
  );

  it(
    'is disabled by keyboard with a choice, enabled again, and deleted',
    async () => {
      const { id } = await find('crm');
      const visitor = await visit(`/connectors/${id}/show`);
      const { page } = visitor;
      await visitor.button('Disable').focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('radio', { name: /Keep the tokens/ }).focus();
      await page.keyboard.press('ArrowDown');
      await page.getByRole('button', { name: 'Disable and drop' }).waitFor();
      await page.keyboard.press('ArrowUp');
      await visitor.confirm('Disable');
      await page.locator('[data-status="disabled"]').waitFor();
      expect((await find('crm')).disabledBy).toBe('operator');
      await visitor.button('Enable').click();
      await page.locator('[data-status="enabled"]').waitFor();
      await visitor.button('Delete').click();
      await visitor.confirm('Delete');
      await visitor.heading('Connectors').waitFor();
      expect(await find('crm')).toBeUndefined();
    },
    SPEC_MS,
  );

  it(
    'from the file says where it is changed',
    async () => {
      const { id } = await find('google');
      const visitor = await scene.owner(`/connectors/${id}/show`);
      await visitor.page.getByText(/connectors file \(VALETKEY_CONNECTORS_FILE\)/).waitFor();
      expect(await visitor.link('Edit').count()).toBe(0);
      await visitor.open(`/connectors/${id}`);
      await visitor.page.getByText('This connector cannot be changed here').waitFor();
    },
    SPEC_MS,
  );
});

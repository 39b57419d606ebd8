import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import type { Visitor } from '../visitor.js';

/** Ids that read differently when they are decoded once too often, or not often enough. */
const IDS = ['a%2Fb', 'a/b', '100%', '日本', 'a#b?c', '%25', 'a+b c', '%zz', 'ä&b="<i>', 'a\\b'];
/** The page of a user who is deleted, and what it asks for while that happens. */
const GONE = { expected: [/^GET \/v1\/operator\/users\/\S+ 404$/] };

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
  for (const id of IDS) await scene.stack.agent.client.post(`/v1/users/${encodeURIComponent(id)}/tokens`, {});
}, START_MS);

const idsOf = async (): Promise<string[]> =>
  (await scene.stack.operator.get('/v1/operator/users?range=[0,99]')).body.map(
    ({ id }: { id: string }) => id,
  );

/** The user ids that the events on the page name. */
const namedUsers = ({ page }: Visitor): Promise<string[]> =>
  page.getByRole('row').locator('strong:last-of-type').allInnerTexts();

describe('a user whose id holds characters that addresses give a meaning', () => {
  it.each(IDS)(
    'is opened by a link, after a reload and from their activity: %s',
    async (id) => {
      const visitor = await scene.owner('/users?perPage=100');
      const { page } = visitor;
      const opened = () => page.getByRole('heading', { level: 1, name: id, exact: true }).waitFor();
      await page.getByRole('link', { name: id, exact: true }).click();
      await opened();
      await page.reload();
      await opened();
      await page.getByText('got a user token').or(page.getByText('created a user token')).first().waitFor();

      await page.getByRole('link', { name: 'See all activity' }).click();
      await visitor.heading('Audit history').waitFor();
      await visitor.settled();
      expect(await page.getByLabel('User id').inputValue()).toBe(id);
      expect(new Set(await namedUsers(visitor))).toEqual(new Set([id]));
      await page.getByRole('row').nth(1).getByRole('link').click();
      await page.locator('dd').getByRole('link', { name: id, exact: true }).click();
      await opened();
    },
    SPEC_MS,
  );

  it(
    'is the one who is deleted',
    async () => {
      const visitor = await scene.owner(`/users/${encodeURIComponent('a%2Fb')}/show`, GONE);
      await visitor.button('Delete user').click();
      await visitor.confirm('Delete user');
      await visitor.heading('Users').waitFor();
      const left = await idsOf();
      expect(left).not.toContain('a%2Fb');
      expect(left).toEqual(expect.arrayContaining(IDS.slice(1)));
    },
    SPEC_MS,
  );
});

describe('the page of a user who was deleted', () => {
  it(
    'says so, also to whoever goes back to it, and leads to what was done for them',
    async () => {
      await scene.stack.agent.client.post('/v1/users/gone%20soon/tokens', {});
      const visitor = await scene.owner('/users', GONE);
      const { page } = visitor;
      await visitor.link('gone soon').click();
      await visitor.button('Delete user').click();
      await visitor.confirm('Delete user');
      await visitor.heading('Users').waitFor();
      await page.goBack();
      await page.getByText('This user was deleted').waitFor();
      expect(await visitor.button('Delete user').count()).toBe(0);
      await visitor.link('See what was done for them before').click();
      await visitor.heading('Audit history').waitFor();
      await visitor.settled();
      expect(new Set(await namedUsers(visitor))).toEqual(new Set(['gone soon']));
    },
    SPEC_MS,
  );

  it(
    'is told from one that never was',
    async () => {
      const { page } = await scene.owner('/users/never%25was/show', GONE);
      await page.getByText('There is no such user').waitFor();
      await page.getByText('Nothing is known under the id never%was').waitFor();
    },
    SPEC_MS,
  );
});

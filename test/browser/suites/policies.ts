import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import type { World } from '../world.js';

let scene: Scene;
let world: World;
beforeAll(async () => {
  scene = await stage.scene();
  world = await stage.world();
}, START_MS);

const RULE = `forbid (principal is Agent, action == Action::"github.issues.create", resource);`;
/** A rule that does not parse; and the page of a deleted one, which asks once more before it goes. */
const EXPECTED = [/^POST \/v1\/operator\/policies 400$/, /operator\/policies\/\S+ 404$/];

describe('a policy', () => {
  it(
    'is created, tried out, switched off, edited and deleted',
    async () => {
      const visitor = await scene.owner('/policies', { expected: EXPECTED });
      const { page } = visitor;
      await visitor.link('Create policy').first().click();
      await page.getByLabel('Name').fill('no new issues');
      await page.getByRole('textbox', { name: 'Rule' }).fill('forbid (principal, action, resource');
      await visitor.button('Create policy').click();
      await page.getByText(/unexpected end of input|parse/i).waitFor();
      await page.getByRole('textbox', { name: 'Rule' }).fill(RULE);
      await visitor.button('Create policy').click();
      await visitor.heading('no new issues').waitFor();
      await page.locator('[data-status="enabled"]').waitFor();

      await page.getByLabel('Agent that asks').click();
      await page.getByRole('option', { name: 'e2e agent' }).click();
      await page.getByLabel('For the user').fill(world.userId);
      await page.getByLabel('Action to run').fill('github.issues.create');
      const decided = async (as: string) => {
        await visitor.button('Try').click();
        await page.locator(`[data-status="${as}"]`).waitFor();
      };
      await decided('deny');
      await page.getByText('Decided by the policy no new issues.').waitFor();
      await visitor.button('Switch off').click();
      await page.locator('[data-status="disabled"]').waitFor();
      await decided('allow');

      await visitor.link('Edit').click();
      await visitor.heading('Edit no new issues').waitFor();
      await page.getByRole('textbox', { name: 'Rule' }).fill(`@require_approval("") ${RULE}`);
      await page.getByLabel('In force').check();
      await visitor.button('Save changes').click();
      await page.locator('[data-status="enabled"]').waitFor();
      await page.getByRole('region', { name: 'The rule' }).getByText('@require_approval').waitFor();

      await visitor.button('Delete').click();
      await visitor.confirm('Delete policy');
      await page.getByText('No rule narrows or widens what agents may do').waitFor();
    },
    SPEC_MS,
  );

  it(
    'is not asked about input that is no JSON',
    async () => {
      const { page } = await scene.owner('/policies');
      await page.getByLabel('Input as JSON').fill('{');
      await page.getByText('This is not a JSON object.').waitFor();
      expect(await page.getByRole('button', { name: 'Try', exact: true }).isDisabled()).toBe(true);
    },
    SPEC_MS,
  );
});

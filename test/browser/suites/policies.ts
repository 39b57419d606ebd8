import { query } from '../../kit/index.js';
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
      await page.getByText('Examples of rules').click();
      await page.getByText('waits under Approvals').waitFor();
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
    'that asks for a person says where people decide, wherever it is met',
    async () => {
      const input = { eventId: 'evt1' };
      const visitor = await scene.owner('/policies');
      const { page } = visitor;
      const said = () => page.getByText('waits under Approvals').first().waitFor();
      await visitor.open(`/agents/${world.agentId}/show`);
      await said();
      await visitor.open('/policies');
      await said();
      await page.getByLabel('Agent that asks').click();
      await page.getByRole('option', { name: 'e2e agent' }).click();
      await page.getByLabel('For the user').fill(world.userId);
      await page.getByLabel('Action to run').fill('google-calendar.events.delete');
      await page.getByLabel('Input as JSON').fill(JSON.stringify(input));
      await visitor.button('Try').click();
      await page.locator('[data-status="require_approval"]').getByText('waits under Approvals').waitFor();
    },
    SPEC_MS,
  );

  it(
    'that was stored before it could be refused is shown with its fault, and mended',
    async () => {
      const { body } = await scene.stack.operator.post('/v1/operator/policies', {
        name: 'no mail',
        text: 'forbid (principal is Agent, action in Action::"gmail", resource);',
      });
      await query(
        scene.stack.server.embeddedDatabaseUrl,
        `UPDATE policies SET text = replace(text, 'gmail', 'gmial') WHERE id = $1`,
        [body.id],
      );
      const visitor = await scene.owner('/policies');
      const { page } = visitor;
      await page
        .getByRole('row', { name: /no mail/ })
        .locator('[data-status="faulty"]')
        .waitFor();
      await visitor.link('no mail').click();
      await page.getByText('This rule does not hold as it is written').waitFor();
      await page.getByRole('alert').getByText('gmial').first().waitFor();
      await visitor.link('Edit').click();
      await visitor.heading('Edit no mail').waitFor();
      await page.getByText('This rule does not hold as it is written').waitFor();
      await page
        .getByRole('textbox', { name: 'Rule' })
        .fill('forbid (principal is Agent, action in Action::"gmail", resource);');
      await visitor.button('Save changes').click();
      await visitor.heading('no mail').waitFor();
      await page.locator('[data-status="enabled"]').waitFor();
      expect(await page.getByText('This rule does not hold as it is written').count()).toBe(0);
      await scene.stack.operator.delete(`/v1/operator/policies/${body.id}`);
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

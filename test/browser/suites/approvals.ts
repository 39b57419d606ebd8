import { violationsOf } from '../accessibility.js';
import { handOver } from '../app-page.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { PHONE } from '../visitor.js';
import type { World } from '../world.js';

let scene: Scene;
let world: World;
beforeAll(async () => {
  scene = await stage.scene();
  world = await stage.world();
}, START_MS);

/** A call of the agent that cannot be undone, so that it waits. */
async function asked(
  eventId: string,
): Promise<{ id: string; approval: { id: string; approvalUri: string } }> {
  const { body } = await scene.stack.agent.client.post('/v1/actions/google-calendar.events.delete', {
    userId: world.userId,
    input: { eventId },
    approval: { reason: 'The talk was called off' },
  });
  return body;
}

describe('the page on which a user decides', () => {
  it(
    'is readable by everybody, fits a phone, and works without scripts',
    async () => {
      const { approval } = await asked('event-on-the-page');
      const { body } = await scene.stack.operator.post(
        `/v1/users/${encodeURIComponent(world.userId)}/tokens`,
        {},
      );
      const visitor = await scene.visitor();
      const { page } = visitor;
      await handOver(visitor, approval.approvalUri, body.accessToken);
      await visitor.heading('May this be done?').waitFor();
      await page.getByText('Everything that will be sent').click();
      expect(await violationsOf(page)).toEqual([]);
      await page.setViewportSize(PHONE);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      await page.getByRole('textbox', { name: /Reason/ }).fill('Keep it.');
      await visitor.button('Decline').click();
      await visitor.heading('Declined').waitFor();
      await page.getByRole('link', { name: 'All that wait for you' }).click();
      await visitor.heading('Waiting for your decision').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    },
    SPEC_MS,
  );

  it(
    'lets calls like it run for a time, and takes that back',
    async () => {
      const { approval } = await asked('event-again');
      const { body } = await scene.stack.operator.post(
        `/v1/users/${encodeURIComponent(world.userId)}/tokens`,
        {},
      );
      const visitor = await scene.visitor();
      const { page } = visitor;
      await page.setViewportSize(PHONE);
      await handOver(visitor, approval.approvalUri, body.accessToken);
      await page.getByText('Allow this again without asking').click();
      await page.getByLabel('For how long').selectOption('4 hours');
      await page.getByLabel('How many more times, at most').selectOption('3');
      await page.getByLabel('eventId').check();
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      await visitor.button('Approve').click();
      await page.getByRole('link', { name: 'All that wait for you' }).click();
      await page.getByText('3 of 3 times left').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      await page.getByRole('button', { name: /^Take back/ }).click();
      await visitor.heading('Waiting for your decision').waitFor();
      expect(await page.getByText('times left').count()).toBe(0);
    },
    SPEC_MS,
  );
});

describe('the dashboard', () => {
  it(
    'allows calls like one that is approved, lists that, and takes it back',
    async () => {
      const { approval } = await asked('event-in-the-dashboard');
      const visitor = await scene.owner(`/approvals/${approval.id}/show`);
      const { page } = visitor;
      await page.getByLabel('Calls like this later').click();
      await page.getByRole('option', { name: 'For 4 hours' }).click();
      await page.getByLabel('eventId').check();
      expect(await violationsOf(page)).toEqual([]);
      await visitor.button('Approve').click();
      await page.getByText('Approved. It starts').waitFor();
      await visitor.open('/standing-approvals');
      await page.getByText('In force').first().waitFor();
      await page.getByText('event-in-the-dashboard').first().click();
      await visitor.button('Take back').click();
      await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
      await page.getByText('It was taken back.').waitFor();
      await page.setViewportSize(PHONE);
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
    },
    SPEC_MS,
  );

  it(
    'lets an approver change what is sent, and says what cannot be sent',
    async () => {
      const { approval } = await asked('event-to-be-changed');
      const visitor = await scene.owner(`/approvals/${approval.id}/show`, { viewport: PHONE });
      const { page } = visitor;
      await visitor.button('Change what is sent').click();
      const field = page.getByRole('textbox', { name: 'Sent instead' });
      await field.fill('{"eventId": ');
      await page.getByText('This is no JSON').waitFor();
      expect(await visitor.button('Approve').isDisabled()).toBe(true);
      await field.fill('{"eventId": "event-as-changed"}');
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);
      await visitor.button('Approve as changed').click();
      await page.getByText('Changed by the approver').waitFor();
      await page.getByText('Delete the event event-as-changed').first().waitFor();
    },
    SPEC_MS,
  );
});

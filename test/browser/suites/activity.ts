import { readFileSync } from 'node:fs';
import { TrustedKeys, verifyProof } from '@valetkey/audit-log';
import { hostedConnect, inAMonth, until, untilTask } from '../../kit/index.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import type { Visitor } from '../visitor.js';
import { unknownTask, type World } from '../world.js';

let scene: Scene;
let world: World;
beforeAll(async () => {
  scene = await stage.scene();
  world = await stage.world();
  await scene.stack.agent.client.post('/v1/users/grace/tokens', {});
}, START_MS);

/** The rows of the table on the page, without its head. */
async function rows({ page }: Visitor): Promise<string[]> {
  const texts = await page.getByRole('row').allInnerTexts();
  return texts.slice(1).map((text) => text.replace(/\s+/g, ' '));
}

async function rowsWhere(
  visitor: Visitor,
  what: string,
  fits: (rows: string[]) => boolean,
): Promise<string[]> {
  let last: string[] = [];
  const seen = async () => {
    last = await rows(visitor);
    return fits(last) && last;
  };
  return until(what, seen).catch((error: unknown) => {
    throw new Error(`never seen: ${what}; last:\n${last.join('\n')}`, { cause: error });
  });
}

const only = (pattern: RegExp) => (seen: string[]) =>
  seen.length > 0 && seen.every((row) => pattern.test(row));

/** The chip that says how the task on the page is. */
const status = ({ page }: Visitor, value: string) =>
  page.locator(`[aria-live="polite"] > [data-status="${value}"]`);

describe('the audit history', () => {
  it(
    'tells what happened in sentences',
    async () => {
      const visitor = await scene.owner('/audit-events?perPage=100');
      const told = (await rows(visitor)).join('\n');
      for (const sentence of [
        'Operator owner@example.com signed in: succeeded',
        `Agent e2e agent queued a task to run github.issues.list for user ${world.userId}: succeeded`,
        `Agent e2e agent ran google-calendar.events.list for user ${world.userId}: succeeded`,
        `Valetkey finished a task to run github.issues.list for user ${world.userId}: failed (not found)`,
        `User ${world.userId} disconnected the github account: succeeded`,
        `User ${world.userId} connected the github account: succeeded`,
      ])
        expect(told).toContain(sentence);
      await visitor.page.getByRole('row').nth(1).getByRole('link').click();
      await visitor.page.getByText('Position in the log').waitFor();
    },
    SPEC_MS,
  );

  it(
    'gives the proof of an event as a file that is checked without the server',
    async () => {
      const visitor = await scene.owner('/audit-events');
      const { page } = visitor;
      await page.getByRole('row').nth(1).getByRole('link').click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        visitor.button('Download proof').click(),
      ]);
      const { body: keys } = await scene.stack.server.anonymous.get('/.well-known/audit-keys.json');
      const proof = readFileSync(await download.path(), 'utf8');
      expect(verifyProof(proof, new TrustedKeys(keys.keys))).toMatchObject({ holds: true });
      expect(download.suggestedFilename()).toMatch(/^evt_\w+\.proof\.json$/);
    },
    SPEC_MS,
  );

  it(
    'tells a call that has ended in one line, which leads to what was written before it',
    async () => {
      const visitor = await scene.owner('/audit-events?perPage=100');
      const { page } = visitor;
      const told = await rows(visitor);
      expect(told.filter((row) => row.includes('ran google-calendar.events.list'))).toHaveLength(1);
      expect(told.filter((row) => / ran |refreshed|revoked/.test(row) && /Intended/.test(row))).toEqual([]);
      await page
        .getByRole('row', { name: /ran google-calendar.events.list/ })
        .getByRole('link')
        .click();
      await page.getByText('Announced by').waitFor();
      await page.locator('dd').getByRole('link', { name: /^evt_/ }).click();
      await page.getByText('Written before the provider was called').waitFor();
    },
    SPEC_MS,
  );

  it(
    'still finds what was intended alone',
    async () => {
      const filter = encodeURIComponent(JSON.stringify({ outcome: 'intended' }));
      const visitor = await scene.owner(`/audit-events?filter=${filter}`);
      await rowsWhere(visitor, 'intents alone', only(/Intended/));
    },
    SPEC_MS,
  );

  it(
    'is narrowed by type, user, outcome and time, together and in the address',
    async () => {
      const visitor = await scene.owner('/audit-events');
      const { page } = visitor;
      await page.getByLabel('User id').fill('grace');
      await rowsWhere(visitor, 'events of grace alone', only(/for user grace/));
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await rowsWhere(visitor, 'everything again', (seen) => seen.length === 25);

      await page.getByLabel('Event type').fill('action.run');
      await page.keyboard.press('Enter');
      await rowsWhere(visitor, 'runs alone', only(/ ran /));
      await page.getByLabel('Outcome').click();
      await page.getByRole('option', { name: 'Failed' }).click();
      await rowsWhere(visitor, 'failed runs alone', only(/ ran .*Failed/));
      expect(decodeURIComponent(page.url())).toContain('"outcome":"failed"');

      await page.reload();
      await rowsWhere(visitor, 'the same after a reload', only(/ ran .*Failed/));
      await page.getByRole('button', { name: 'Last hour' }).click();
      await rowsWhere(visitor, 'failed runs of the last hour', only(/ ran .*Failed/));
      await page.getByLabel('From').fill('2035-01-01T00:00');
      await page.getByText('Nothing matches these filters').waitFor();
      await page.getByRole('button', { name: 'Clear all filters' }).click();
      await rowsWhere(visitor, 'everything at last', (seen) => seen.length === 25);
    },
    SPEC_MS,
  );
});

describe('tasks', () => {
  it(
    'are listed with their status and found by it',
    async () => {
      const visitor = await scene.owner('/tasks');
      const listed = await rows(visitor);
      expect(listed).toHaveLength(3);
      expect(listed.join('\n')).toMatch(/google-calendar\.events\.create Succeeded/);
      await visitor.page.getByLabel('Status').click();
      await visitor.page.getByRole('option', { name: 'Waiting for authorization' }).click();
      await rowsWhere(visitor, 'the waiting one', (seen) => seen.length === 1 && only(/drive/)(seen));
    },
    SPEC_MS,
  );

  it(
    'go on before the eyes of who watches, once the user has allowed more',
    async () => {
      const visitor = await scene.owner(`/tasks/${world.tasks.waiting}/show`);
      await status(visitor, 'waiting_for_authorization').waitFor();
      const link = await visitor.page.getByLabel('Link for the user').inputValue();
      await hostedConnect(link, (await scene.stack.user(world.userId)).credential as string);
      await status(visitor, 'succeeded').waitFor({ timeout: 20_000 });
      await visitor.page.getByText('The user has authorized; queued again.').waitFor();
      expect(await visitor.page.getByRole('listitem').filter({ hasText: 'after' }).count()).toBeGreaterThan(
        2,
      );
      await visitor.page.getByRole('region', { name: 'Output of the task' }).waitFor();
    },
    SPEC_MS,
  );

  it(
    'that ended badly are counted and tried again together',
    async () => {
      const { client } = scene.stack.agent;
      const input = { eventId: 'nosuchevent' };
      const task = { userId: world.userId, action: 'google-calendar.events.get', input };
      await untilTask(client, (await client.post('/v1/tasks', task)).body.id);
      const visitor = await scene.owner('/dead-letters');
      const { page } = visitor;
      const group = page.getByRole('listitem').filter({ hasText: 'google-calendar.events.get' });
      await group.getByText('1 task of 1 user').waitFor();
      await group.getByRole('link', { name: 'Show the tasks' }).click();
      await rowsWhere(visitor, 'its one task', (seen) => seen.length === 1 && only(/events\.get/)(seen));
      await visitor.open('/dead-letters');
      await group.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'Try 1 task of 1 user again?' }).waitFor();
      await visitor.confirm('Try again');
      await page.getByText('1 task is queued again.').waitFor();
    },
    SPEC_MS,
  );

  it(
    'end by the word of an operator where nobody else can know',
    async () => {
      const visitor = await scene.owner(`/tasks/${await unknownTask(scene.stack, world.userId)}/show`);
      await status(visitor, 'outcome_unknown').waitFor();
      expect(await visitor.button('Retry').count()).toBe(0);
      await visitor.button('Leave it').click();
      await visitor.page.getByText('Left as it is, said operator').waitFor();
      await visitor.page.getByLabel('What you saw there').fill('It is in the calendar.');
      await visitor.button('It happened').click();
      await status(visitor, 'succeeded').waitFor();
      await visitor.page.getByText('It happened, by operator').waitFor();
      expect(await visitor.button('send again').count()).toBe(0);
    },
    SPEC_MS,
  );

  it(
    'are retried when they failed, and canceled while they wait',
    async () => {
      const visitor = await scene.owner(`/tasks/${world.tasks.failed}/show`);
      await visitor.button('Retry').click();
      await visitor.page.getByText('The task is queued again.').waitFor();
      const { body } = await scene.stack.agent.client.post('/v1/tasks', {
        userId: world.userId,
        action: 'gmail.messages.search',
        input: { query: 'plan' },
        runAt: inAMonth(),
      });
      await visitor.open(`/tasks/${body.id}/show`);
      await visitor.button('Cancel task').click();
      await visitor.confirm('Cancel the task');
      await status(visitor, 'canceled').waitFor();
    },
    SPEC_MS,
  );
});

import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '@valetkey/twin';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { addOperator } from '../../kit/index.js';
import { violationsOf } from '../accessibility.js';
import { DESK, PHONE } from '../visitor.js';
import type { World } from '../world.js';

const AUDITOR = 'auditor@example.com';

let scene: Scene;
let world: World;
beforeAll(async () => {
  scene = await stage.scene();
  world = await stage.world();
  await addOperator(scene.stack.server.embeddedDatabaseUrl, AUDITOR, 'auditor');
}, START_MS);

const statusWith = async (key: string) =>
  (await scene.stack.server.anonymous.as(key).get('/v1/actions')).status;

describe('an agent', () => {
  it(
    'gets a key that is shown once, works, and ends with the press of a button',
    async () => {
      const visitor = await scene.owner('/agents');
      const { page } = visitor;
      await visitor.link('Create agent').click();
      await page.getByLabel('Name').fill('scheduling assistant');
      await visitor.button('Create agent').click();
      const key = await page.getByRole('dialog').getByLabel('Agent key').inputValue();
      expect(key).toMatch(/^vk_agent_/);
      await page.keyboard.press('Escape');
      await visitor.confirm('I have stored the key');
      await visitor.heading('scheduling assistant').waitFor();
      await visitor.settled();
      expect(await page.content()).not.toContain(key);
      expect(await statusWith(key)).toBe(200);

      await visitor.button('Disable').click();
      await visitor.confirm('Disable');
      await page.locator('[data-status="disabled"]').waitFor();
      expect(await statusWith(key)).toBe(401);
      await visitor.button('Enable').click();
      await page.locator('[data-status="enabled"]').waitFor();
      expect(await statusWith(key)).toBe(200);

      await visitor.button('Create key').click();
      const second = await page.getByRole('dialog').getByLabel('Agent key').inputValue();
      await visitor.confirm('I have stored the key');
      await page
        .getByRole('listitem')
        .filter({ hasText: key.slice(0, 13) })
        .getByRole('button')
        .click();
      await visitor.confirm('Revoke');
      await page.getByText('Revoked', { exact: true }).waitFor();
      expect([await statusWith(key), await statusWith(second)]).toEqual([401, 200]);
    },
    SPEC_MS,
  );
});

describe('all that an agent may do', () => {
  const rule = {
    name: 'no tea by mail',
    text: 'forbid (principal, action == Action::"gmail.messages.send", resource == User::"grace");',
  };
  it.each([
    ['at a desk, by day', DESK, 'light'],
    ['on a phone, by night', PHONE, 'dark'],
  ] as const)(
    'is on its page with the rule that decides, for any user and for one, without a pointer, %s',
    async (_where, viewport, colorScheme) => {
      const { body: policy } = await scene.stack.operator.post('/v1/operator/policies', rule);
      const visitor = await scene.owner(`/agents/${world.agentId}/show`, { viewport, colorScheme });
      const { page } = visitor;
      const section = page.getByRole('region', { name: 'What it may do' });
      const line = section.locator('[data-action="gmail.messages.send"]');
      const mail = section.locator('summary').filter({ hasText: 'Gmail' });
      await mail.filter({ hasText: /\d+ allowed/ }).waitFor();
      await mail.focus();
      await page.keyboard.press('Enter');
      await line.locator('[data-status="allow"]').waitFor();
      await line.getByText('Depends on the call: no tea by mail').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await visitor.overflow()).toBeLessThanOrEqual(0);

      await section.getByLabel('For the user').fill('grace');
      await page.keyboard.press('Enter');
      await mail.filter({ hasText: '1 refused' }).waitFor();
      // The list is another one: it is folded again.
      if (!(await line.isVisible())) await mail.click();
      await line.locator('[data-status="deny"]').waitFor();
      await line.getByRole('link', { name: 'no tea by mail' }).click();
      await visitor.heading('Policies').waitFor();
      await visitor.link('no tea by mail').waitFor();
      await scene.stack.operator.delete(`/v1/operator/policies/${policy.id}`);
    },
    SPEC_MS,
  );
});

describe('the right of an agent to make user tokens', () => {
  it(
    'is chosen when it is created, widened only after a question, and says what it opens',
    async () => {
      const visitor = await scene.owner('/agents/create');
      const { page } = visitor;
      await page.getByLabel('Name').fill('mail reader');
      // None, unless another answer is chosen.
      await visitor.button('Create agent').click();
      const key = await page.getByRole('dialog').getByLabel('Agent key').inputValue();
      await visitor.confirm('I have stored the key');
      await visitor.heading('mail reader').waitFor();
      await page.getByText('Actions only, never sees a token').waitFor();
      const agent = scene.stack.server.anonymous.as(key);
      const minting = async () => (await agent.post('/v1/users/eve/tokens', {})).status;
      expect(await minting()).toBe(403);

      await visitor.button('Only without raw tokens').click();
      await page.getByText('Any without raw tokens').waitFor();
      await page.getByText('Actions only, never sees a token').waitFor();
      expect(await minting()).toBe(201);

      await visitor.button('Allow any').click();
      await visitor.confirm('Cancel');
      await visitor.button('Allow any').click();
      await visitor.confirm('Allow');
      await page.getByText('Raw access tokens by user token only').waitFor();
      expect(await visitor.button('Allow any').count()).toBe(0);
    },
    SPEC_MS,
  );
});

describe('connectors', () => {
  it(
    'show where they come from and no secret',
    async () => {
      const visitor = await scene.owner('/connectors');
      await visitor.link('Google').click();
      await visitor.heading('Google').waitFor();
      await visitor.settled();
      expect(await visitor.text()).toContain('Sealed, never shown');
      const answer = await visitor.page.request.get('/v1/operator/connectors');
      const seen = `${await visitor.page.content()} ${await answer.text()}`;
      expect(seen).toContain(TWIN_CLIENT_IDS.google);
      for (const secret of Object.values(TWIN_CLIENT_SECRETS)) expect(seen).not.toContain(secret);
      expect(seen).not.toMatch(/sealed_?client_?secret/i);
    },
    SPEC_MS,
  );
});

describe('an auditor', () => {
  it(
    'sees everything, no button that changes something, and is refused by the API',
    async () => {
      const visitor = await scene.visitor({ expected: [/^(POST|DELETE|PATCH) .* 403$/] });
      const { page } = visitor;
      await visitor.signIn(AUDITOR);
      const paths = [
        '/agents',
        `/agents/${world.agentId}/show`,
        `/users/${encodeURIComponent(world.userId)}/show`,
        `/connections/${world.connectionId}/show`,
        `/tasks/${world.tasks.failed}/show`,
        `/tasks/${world.tasks.waiting}/show`,
      ];
      for (const path of paths) {
        await visitor.open(path);
        const names = await page.getByRole('main').getByRole('button').allInnerTexts();
        const writing = /\b(create|disable|enable|revoke|allow|refresh|disconnect|retry|cancel)\b/i;
        expect([path, names.filter((name) => writing.test(name))]).toEqual([path, []]);
        expect(await visitor.link('Create agent').count()).toBe(0);
      }
      await visitor.open('/agents/create');
      await page.getByText('Auditors can look at everything and change nothing').waitFor();

      const statuses = await page.evaluate(async ({ agentId, connectionId, tasks }) => {
        const { csrfToken } = await (await fetch('/v1/operator/session')).json();
        const send = async (method: string, path: string, body?: object) => {
          const headers: Record<string, string> = { 'valetkey-csrf': csrfToken };
          if (body) headers['content-type'] = 'application/json';
          const sent = body ? { method, headers, body: JSON.stringify(body) } : { method, headers };
          return (await fetch(`/v1/operator/${path}`, sent)).status;
        };
        return [
          await send('POST', 'agents', { name: 'mine' }),
          await send('PATCH', `agents/${agentId}`, { disabled: true }),
          await send('POST', `agents/${agentId}/keys`),
          await send('POST', `connections/${connectionId}/refresh`),
          await send('DELETE', `connections/${connectionId}`),
          await send('POST', `tasks/${tasks.failed}/retry`),
          await send('POST', `tasks/${tasks.waiting}/cancel`),
        ];
      }, world);
      expect(statuses).toEqual(statuses.map(() => 403));
    },
    SPEC_MS,
  );
});

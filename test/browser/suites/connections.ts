import { TWIN_CLIENT_IDS } from '@valetkey/twin';
import type { Locator } from 'playwright-core';
import { addOperator, until } from '../../kit/index.js';
import { violationsOf } from '../accessibility.js';
import { handOver } from '../app-page.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import type { Visitor } from '../visitor.js';
import { expire, SCOPES } from '../world.js';

const USER = 'grace@acme.example';
const ADMIN = 'admin@example.com';

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
}, START_MS);

const connectionsOf = async (userId: string) =>
  (await scene.stack.agent.client.get(`/v1/connections?userId=${encodeURIComponent(userId)}`)).body.data;

async function userPage(userId: string): Promise<{ visitor: Visitor; card: Locator }> {
  const visitor = await scene.owner('/users');
  await visitor.link(userId).click();
  await visitor.heading(userId).waitFor();
  return { visitor, card: visitor.page.getByRole('article', { name: 'Google' }) };
}

const status = (card: Locator, value: string) => card.locator(`[data-status="${value}"]`).waitFor();

describe("a user's connection", () => {
  it(
    'is made on the hosted page and the consent page of the provider, and shows as active with its account',
    async () => {
      const { body } = await scene.stack.agent.client.post('/v1/authorizations', {
        userId: USER,
        target: 'google',
        actions: ['google-calendar.events.list'],
      });
      const person = await scene.visitor();
      await handOver(person, body.authorizationUri, (await scene.stack.user(USER)).credential as string);
      await person.button('Continue to Google').click();
      await person.button('Allow').click();
      await person.heading('Google is connected').waitFor();
      expect(new URL(person.page.url()).search).toBe('');

      const { visitor, card } = await userPage(USER);
      await status(card, 'active');
      const text = await card.innerText();
      expect(text).toContain('ada@example.com');
      expect(text).toContain('The access token is valid and ready to use.');
      expect(text).toContain(SCOPES.readEvents);
      await visitor.page
        .getByText(/connected the google account/)
        .first()
        .waitFor();
    },
    SPEC_MS,
  );

  it(
    'shows as expired when its token is, and as active after a press on "Refresh now"',
    async () => {
      const { control } = scene.stack.twin;
      control.clearCalls();
      const [{ id }] = await connectionsOf(USER);
      await expire(scene.stack.server.embeddedDatabaseUrl, id);
      const { visitor, card } = await userPage(USER);
      await status(card, 'expired');
      expect(await card.innerText()).toContain('It is refreshed by itself on next use.');
      await card.getByRole('button', { name: 'Refresh now' }).click();
      await visitor.page.getByText('The token for Google was refreshed.').waitFor();
      await status(card, 'active');
      expect(control.calls({ grantType: 'refresh_token' })).toHaveLength(1);
    },
    SPEC_MS,
  );

  it(
    'tells what the provider said when a refresh fails',
    async () => {
      const fault = { provider: 'google', fault: 'server_error', match: { path: '/token' } } as const;
      scene.stack.twin.control.addFault(fault);
      const visitor = await scene.visitor({ expected: [/refresh 50\d$/] });
      await visitor.signIn();
      await visitor.open(`/users/${encodeURIComponent(USER)}/show`);
      await visitor.button('Refresh now').click();
      const said = visitor.page.locator('.MuiSnackbar-root');
      await said.waitFor();
      expect(await said.innerText()).toContain('The provider cannot refresh this token right now');
      scene.stack.twin.control.clearFaults();
      await status(visitor.page.getByRole('article', { name: 'Google' }), 'active');
    },
    SPEC_MS,
  );

  it(
    'is disconnected after a question, and revoked at the provider',
    async () => {
      const { visitor, card } = await userPage(USER);
      await card.getByRole('button', { name: 'Disconnect' }).click();
      expect(await visitor.page.getByRole('dialog').innerText()).toContain('revoked at the provider');
      await visitor.confirm('Cancel');
      await status(card, 'active');

      await card.getByRole('button', { name: 'Disconnect' }).click();
      await visitor.confirm('Disconnect');
      await status(card, 'inactive');
      expect(await card.innerText()).toContain('It was disconnected here.');
      expect(await card.getByRole('button').count()).toBe(0);
      await until('the provider hears of it', () =>
        scene.stack.twin.control.calls({ path: '/google/revoke' }).some((call) => call.status === 200),
      );
      const left = scene.stack.twin.control.state().grants.map(({ project }) => project);
      expect(left).not.toContain(TWIN_CLIENT_IDS.google);
    },
    SPEC_MS,
  );

  it(
    'goes with its user, who is deleted after a question',
    async () => {
      // The page may look once more for the user who is gone.
      const visitor = await scene.visitor({ expected: [/operator\/users\/\S+ 404$/] });
      await visitor.signIn();
      await visitor.open(`/users/${encodeURIComponent(USER)}/show`);
      await visitor.button('Delete user').click();
      expect(await visitor.page.getByRole('dialog').innerText()).toContain('This cannot be undone');
      await visitor.confirm('Delete user');
      await visitor.page.getByText(`${USER} is deleted.`).waitFor();
      await visitor.heading('Users').waitFor();
      expect((await scene.stack.operator.get(`/v1/operator/users/${USER}`)).status).toBe(404);
      expect((await scene.stack.operator.get('/v1/operator/audit-erasures')).body).toEqual([]);
    },
    SPEC_MS,
  );

  it(
    'goes with a user whom an owner has the audit log forget, by keyboard, and says what stays',
    async () => {
      const { stack } = scene;
      await stack.user('erased@example.com');
      const path = `/users/${encodeURIComponent('erased@example.com')}/show`;
      const visitor = await scene.owner(path, { expected: [/operator\/users\/\S+ 404$/] });
      await visitor.button('Delete user').click();
      const dialog = visitor.page.getByRole('dialog');
      const choice = dialog.getByRole('checkbox', { name: 'Also erase them from the audit log' });
      expect(await choice.isChecked()).toBe(false);
      await choice.focus();
      await visitor.page.keyboard.press('Space');
      const words = await dialog.innerText();
      expect(words).toContain('That something happened, when, by which agent');
      expect(words).toContain('The audit log forgets who they were.');
      expect(await violationsOf(visitor.page)).toEqual([]);
      await visitor.confirm('Delete and erase');
      await visitor.page.getByText('The audit log is being erased.').waitFor();
      await visitor.heading('Users').waitFor();
      expect((await stack.operator.get('/v1/operator/audit-erasures')).body).toHaveLength(1);
    },
    SPEC_MS,
  );

  it(
    'goes with a user whom an admin deletes, who is not offered to have the audit log forget',
    async () => {
      const { stack } = scene;
      await addOperator(stack.server.embeddedDatabaseUrl, ADMIN, 'admin');
      await stack.user('leaver@example.com');
      const erasures = async () => (await stack.operator.get('/v1/operator/audit-erasures')).body.length;
      const before = await erasures();
      const visitor = await scene.visitor({ expected: [/operator\/users\/\S+ 404$/] });
      await visitor.signIn(ADMIN);
      await visitor.open(`/users/${encodeURIComponent('leaver@example.com')}/show`);
      await visitor.button('Delete user').click();
      const dialog = visitor.page.getByRole('dialog');
      expect(await dialog.innerText()).toContain('Only the audit log stays.');
      expect(await dialog.getByRole('checkbox').count()).toBe(0);
      await visitor.confirm('Delete user');
      await visitor.page.getByText('leaver@example.com is deleted.').waitFor();
      expect(await erasures()).toBe(before);
    },
    SPEC_MS,
  );
});

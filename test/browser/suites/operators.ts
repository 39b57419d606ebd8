import { OPERATOR_PASSWORD, totpCode } from '../../kit/index.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { DESK, OWNER_EMAIL, PHONE, type Visitor } from '../visitor.js';

const ASKED = {
  expected: [
    /^POST \/v1\/operator\/(session|session\/proof) 40[13]$/,
    /^POST \/v1\/operator\/operators 403$/,
  ],
};
const OVER = { expected: [/^POST \/v1\/operator\/password-link 410$/] };
const PASSWORD = 'a password of my own';

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
}, START_MS);

/** The owner invites somebody; gives the link. */
async function invite(owner: Visitor, email: string, role: RegExp): Promise<string> {
  const { page } = owner;
  await owner.open('/operators');
  await owner.link('Invite operator').first().click();
  await owner.heading('Invite operator').waitFor();
  await page.getByLabel('Email').fill(email);
  await page.getByLabel(role).check();
  await owner.button('Invite operator').click();
  const link = await page.getByRole('dialog').getByLabel('Invitation link').inputValue();
  await owner.confirm('I have copied the link');
  await owner.heading(email).waitFor();
  return link;
}

/** The link as this scene's server has it: its public URL names another port. */
const pathOf = (link: string) => new URL(link).hash.slice(1);

async function accept(visitor: Visitor, link: string): Promise<void> {
  await visitor.open(pathOf(link));
  await visitor.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await visitor.page.getByLabel('Password again').fill(PASSWORD);
  await visitor.button('Set password and sign in').click();
  await visitor.heading('Overview').waitFor();
}

describe('operators', () => {
  it(
    'are invited by a link that works once, on a phone, and leaves no secret in the address',
    async () => {
      const link = await invite(await scene.owner(), 'ada@example.com', /^Auditor/);
      const phone = await scene.visitor({ ...OVER, viewport: PHONE });
      await phone.open(pathOf(link));
      await phone.page.getByText('You were invited as auditor').waitFor();
      expect(phone.page.url()).not.toContain(pathOf(link).split('/').at(-1));
      expect(await phone.overflow()).toBeLessThanOrEqual(0);
      await phone.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
      await phone.page.getByLabel('Password again').fill('something else');
      await phone.button('Set password and sign in').click();
      await phone.page.getByText('The two passwords differ.').waitFor();
      await accept(phone, link);

      const late = await scene.visitor(OVER);
      await late.open(pathOf(link));
      await late.page.getByText('This link was used, has expired').waitFor();
      await late.link('Go to the sign-in').click();
      await late.button('Sign in').waitFor();
    },
    SPEC_MS,
  );

  it(
    'see no button of owners, and lose their session when they are disabled',
    async () => {
      const owner = await scene.owner();
      const link = await invite(owner, 'bob@example.com', /^Admin/);
      const bob = await scene.visitor({ expected: [/ 401$/] });
      await accept(bob, link);
      await bob.open('/operators');
      expect(await bob.link('Invite operator').count()).toBe(0);
      await bob.link('bob@example.com').click();
      await bob.heading('bob@example.com').waitFor();
      expect(await bob.button(/Disable|Remove|Make owner/).count()).toBe(0);

      await owner.open('/operators');
      await owner.link('bob@example.com').click();
      await owner.page.getByText('Chrome on').first().waitFor();
      await owner.button('Disable').click();
      await owner.confirm('Disable');
      await owner.page.locator('[data-status="disabled"]').waitFor();
      await bob.page.reload();
      await bob.button('Sign in').waitFor();
    },
    SPEC_MS,
  );

  it(
    'cannot take the last owner away',
    async () => {
      const owner = await scene.owner('/operators', {
        expected: [/^PATCH \/v1\/operator\/operators\/\S+ 409$/],
      });
      await owner.link(OWNER_EMAIL).click();
      await owner.button('Make auditor').click();
      await owner.confirm('Make auditor');
      await owner.page.getByText('This is the last owner who can sign in').waitFor();
    },
    SPEC_MS,
  );

  it(
    'change their password and end their sessions on a page of their own',
    async () => {
      const link = await invite(await scene.owner(), 'eve@example.com', /^Auditor/);
      const [first, second] = [await scene.visitor(), await scene.visitor({ expected: [/ 401$/] })];
      await accept(first, link);
      await second.page.setViewportSize(DESK);
      await second.signIn('eve@example.com', PASSWORD);
      await first.button('Account of eve@example.com').click();
      await first.page.getByRole('menuitem', { name: 'My account' }).click();
      await first.heading('My account').waitFor();
      await first.page.getByRole('listitem').filter({ hasText: 'this session' }).waitFor();
      await first.page.getByLabel('Current password').fill(PASSWORD);
      await first.page.getByLabel('New password', { exact: true }).fill('another password of mine');
      await first.page.getByLabel('New password again').fill('another password of mine');
      await first.button('Change password').click();
      await first.page.getByText('Your password is changed.').waitFor();
      await second.page.reload();
      await second.button('Sign in').waitFor();
      await second.signIn('eve@example.com', 'another password of mine');
    },
    SPEC_MS,
  );

  it(
    'set an authenticator app up on their page, if they like',
    async () => {
      const link = await invite(await scene.owner(), 'nina@example.com', /^Auditor/);
      const nina = await scene.visitor(ASKED);
      await accept(nina, link);
      await nina.open('/account');
      await nina.page.getByText('Your password is all that signs you in').waitFor();
      await nina.button('Set up an authenticator app').click();
      const secret = await nina.page.getByLabel('Secret for your authenticator app').inputValue();
      await nina.page.getByLabel('Code that the app shows').fill(totpCode(secret));
      await nina.button('Confirm').click();
      await nina.button('I have kept the codes').click();
      await nina.page.getByText('10 left').waitFor();

      const phone = await scene.visitor({ ...ASKED, viewport: PHONE });
      await phone.page.goto('/');
      await phone.typeCredentials('nina@example.com', PASSWORD);
      await phone.page.getByLabel('Code of your authenticator app').fill(totpCode(secret, 1));
      await phone.button('Continue').click();
      await phone.heading('Overview').waitFor();
    },
    SPEC_MS,
  );

  it(
    'are asked for the password before they invite, when they gave it long ago',
    async () => {
      const owner = await scene.owner('/operators', ASKED);
      await scene.ageProofs();
      await owner.link('Invite operator').first().click();
      await owner.heading('Invite operator').waitFor();
      await owner.page.getByLabel('Email').fill('olga@example.com');
      await owner.page.getByLabel(/^Owner/).check();
      await owner.button('Invite operator').click();
      const dialog = owner.page.getByRole('dialog', { name: 'Confirm that it is you' });
      await dialog.getByLabel('Your password').fill('not the password');
      await owner.page.keyboard.press('Enter');
      await dialog.getByRole('alert').getByText('The current password is wrong.').waitFor();
      await dialog.getByLabel('Your password').fill(OPERATOR_PASSWORD);
      await owner.page.keyboard.press('Enter');
      await owner.page.getByRole('dialog').getByLabel('Invitation link').waitFor();
      await owner.confirm('I have copied the link');
      await owner.heading('olga@example.com').waitFor();
    },
    SPEC_MS,
  );

  it(
    'make keys for programs, which are shown once, and revoke them',
    async () => {
      const owner = await scene.owner('/operator-keys');
      const { page } = owner;
      await page.getByText('VALETKEY_OPERATOR_API_KEY').waitFor();
      await owner.link('Make operator key').first().click();
      await owner.heading('Make operator key').waitFor();
      await page.getByLabel('Name').fill('release script');
      await page.getByLabel(/^Auditor/).check();
      await owner.button('Make operator key').click();
      const key = await page.getByRole('dialog').getByLabel('Operator key').inputValue();
      await owner.confirm('I have stored the key');
      await owner.heading('release script').waitFor();
      const read = () =>
        fetch(`${scene.stack.server.url}/v1/operator/agents`, {
          headers: { authorization: `Bearer ${key}` },
        });
      expect((await read()).status).toBe(200);
      await owner.button('Revoke').click();
      await owner.confirm('Revoke');
      await page.locator('[data-status="revoked"]').waitFor();
      expect((await read()).status).toBe(401);
      expect(await page.content()).not.toContain(key);
      await page.getByText('Made by').waitFor();
      expect(await owner.link(OWNER_EMAIL).count()).toBe(1);
    },
    SPEC_MS,
  );
});

import { OPERATOR_PASSWORD, query } from '../../kit/index.js';
import { SPEC_MS, START_MS, type Scene } from '../scene.js';
import { stage } from '../stage.js';
import { OWNER_EMAIL, type Visitor } from '../visitor.js';

const REFUSED = { expected: [/^POST \/v1\/operator\/session (401|429)$/] };

let scene: Scene;
beforeAll(async () => {
  scene = await stage.scene();
  await scene.stack.agent.client.post('/v1/users/grace/tokens', {});
}, START_MS);

/** Presses Tab until a link or button of this name has the focus, and Enter then. */
async function enter({ page }: Visitor, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent?.trim());
    if (focused !== name) continue;
    const outline = await page.evaluate(
      () => getComputedStyle(document.activeElement as Element).outlineStyle,
    );
    expect(outline).not.toBe('none');
    return page.keyboard.press('Enter');
  }
  throw new Error(`Tab never came to ${name}`);
}

describe('signing in', () => {
  it(
    'refuses a wrong password with a sentence and takes the right one',
    async () => {
      const visitor = await scene.visitor(REFUSED);
      await visitor.page.goto('/');
      await visitor.typeCredentials(OWNER_EMAIL, 'not the password');
      const alert = visitor.page.getByRole('alert');
      await alert.waitFor();
      expect(await alert.innerText()).toBe('The email or the password is wrong.');
      await visitor.typeCredentials(OWNER_EMAIL, OPERATOR_PASSWORD);
      await visitor.heading('Overview').waitFor();
    },
    SPEC_MS,
  );

  it(
    'lasts over a reload and ends with sign-out, for a copy of the cookie as well',
    async () => {
      const visitor = await scene.owner();
      await visitor.page.reload();
      await visitor.heading('Overview').waitFor();
      const [cookie] = await visitor.page.context().cookies();
      expect(cookie).toMatchObject({ name: 'valetkey_session', httpOnly: true, sameSite: 'Strict' });

      await visitor.button(`Account of ${OWNER_EMAIL}`).click();
      await visitor.page.getByRole('menuitem', { name: 'Logout' }).click();
      await visitor.button('Sign in').waitFor();
      const copied = { cookie: `${cookie?.name}=${cookie?.value}` };
      expect((await scene.stack.server.anonymous.get('/v1/operator/users', copied)).status).toBe(401);
      await visitor.page.goto('/#/users');
      await visitor.button('Sign in').waitFor();
      await expect(visitor.text()).resolves.not.toContain('grace');
    },
    SPEC_MS,
  );

  it(
    'says so when the session has ended meanwhile',
    async () => {
      const visitor = await scene.visitor({ expected: [/^(GET|DELETE) \/v1\/operator\/\w+ 401$/] });
      await visitor.signIn();
      await query(scene.stack.server.embeddedDatabaseUrl, 'DELETE FROM operator_sessions');
      await visitor.link('Users').first().click();
      await visitor.page.getByText('Your session has ended. Sign in again.').waitFor();
      await visitor.button('Sign in').waitFor();
    },
    SPEC_MS,
  );

  it(
    'needs no mouse: sign in, go to the users, open one',
    async () => {
      const visitor = await scene.visitor();
      const { page } = visitor;
      await page.goto('/');
      await page.getByLabel('Email').waitFor();
      await page.keyboard.type(OWNER_EMAIL);
      await page.keyboard.press('Tab');
      await page.keyboard.type(OPERATOR_PASSWORD);
      await page.keyboard.press('Enter');
      await visitor.heading('Overview').waitFor();
      await enter(visitor, 'Users');
      await visitor.heading('Users').waitFor();
      await visitor.settled();
      await enter(visitor, 'grace');
      await visitor.heading('grace').waitFor();
    },
    SPEC_MS,
  );

  // The last one: it uses up what this machine's address has.
  it(
    'holds up after ten failures and says for how long',
    async () => {
      const attempt = () =>
        scene.stack.server.anonymous.post('/v1/operator/session', { email: OWNER_EMAIL, password: 'guess' });
      const statuses: number[] = [];
      while (statuses.length < 12 && statuses.at(-1) !== 429) statuses.push((await attempt()).status);
      expect(statuses.at(-1)).toBe(429);
      const visitor = await scene.visitor(REFUSED);
      await visitor.page.goto('/');
      await visitor.typeCredentials(OWNER_EMAIL, OPERATOR_PASSWORD);
      const alert = visitor.page.getByRole('alert');
      await alert.getByText('Try again in').waitFor();
      expect(await alert.innerText()).toMatch(
        /^Too many failed sign-ins from here\. Try again in \d+ (?:second|minute)s?\.$/,
      );
      expect(await visitor.button('Sign in').isDisabled()).toBe(true);
    },
    SPEC_MS,
  );
});

/** The second factor of operators where it is required: enrolment, sign-in, recovery, and being asked again. */
import { OPERATOR_PASSWORD, query, totpCode } from '../kit/index.js';
import { violationsOf } from './accessibility.js';
import { Scene, SPEC_MS, START_MS } from './scene.js';
import { OWNER_EMAIL, PHONE, type Visitor } from './visitor.js';

const REFUSALS = {
  expected: [
    /^POST \/v1\/operator\/session 401$/,
    /^POST \/v1\/operator\/session\/(second-factor|proof) 40[13]$/,
    /^(PUT|POST|DELETE) \/v1\/operator\/(account\/\S+|operators) 403$/,
  ],
};

let scene: Scene;
let secret = '';
let recoveryCodes: string[] = [];
beforeAll(async () => {
  scene = await Scene.start({ VALETKEY_SECOND_FACTOR: 'required' });
}, START_MS);
afterEach(async () => expect(await scene.leave()).toEqual([]));
afterAll(() => scene.close(), START_MS);

/** Codes that were used may be used again: no spec waits for half a minute. */
const forgetCodes = () =>
  query(scene.stack.server.embeddedDatabaseUrl, 'UPDATE operator_totp SET last_step = 0');

async function atFactor(options: object = {}): Promise<Visitor> {
  await forgetCodes();
  const visitor = await scene.visitor({ ...REFUSALS, ...options });
  await visitor.page.goto('/');
  await visitor.typeCredentials(OWNER_EMAIL, OPERATOR_PASSWORD);
  await visitor.page.getByText('Your account has a second factor.').waitFor();
  return visitor;
}

async function signedIn(options: object = {}): Promise<Visitor> {
  const visitor = await atFactor(options);
  await visitor.page.getByLabel('Code of your authenticator app').fill(totpCode(secret));
  await visitor.button('Continue').click();
  await visitor.heading('Overview').waitFor();
  await forgetCodes();
  return visitor;
}

/** Axe in both themes, and the width. */
async function expectFit({ page, overflow }: Visitor): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(page, ['color-contrast'])).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await overflow.call({ page })).toBeLessThanOrEqual(0);
}

describe('where a second factor is required', () => {
  it(
    'an operator without one can do nothing but set it up, on a phone',
    async () => {
      const visitor = await scene.visitor({ ...REFUSALS, viewport: PHONE });
      const { page } = visitor;
      await page.goto('/#/users');
      await visitor.typeCredentials(OWNER_EMAIL, OPERATOR_PASSWORD);
      await page.getByText('Operators need a second factor here').waitFor();
      expect(await page.getByRole('navigation').count()).toBe(0);
      await expectFit(visitor);
      await visitor.button('Set up an authenticator app').click();
      await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
      secret = await page.getByLabel('Secret for your authenticator app').inputValue();
      await expectFit(visitor);

      await page.getByLabel('Code that the app shows').fill('000 000');
      await visitor.button('Confirm').click();
      await page.getByRole('alert').getByText('The code is wrong').waitFor();
      await page.getByLabel('Code that the app shows').fill(totpCode(secret));
      await visitor.button('Confirm').click();
      await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
      recoveryCodes = await page
        .getByRole('list', { name: 'Recovery codes' })
        .getByRole('listitem')
        .allInnerTexts();
      expect(recoveryCodes).toHaveLength(10);
      await expectFit(visitor);
      await visitor.button('I have kept the codes').click();
      await page.locator('h1').first().waitFor();
      await visitor.open('/users');
      await visitor.heading('Users').waitFor();
    },
    SPEC_MS,
  );

  it(
    'the sign-in asks for the code after the password, needs no mouse, and says what is wrong',
    async () => {
      const visitor = await atFactor();
      const { page } = visitor;
      await expectFit(visitor);
      await page.keyboard.type('000000');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').getByText('The code is wrong').waitFor();
      await page.getByLabel('Code of your authenticator app').fill('');
      await page.getByLabel('Code of your authenticator app').focus();
      await page.keyboard.type(totpCode(secret));
      await page.keyboard.press('Enter');
      await visitor.heading('Overview').waitFor();
      expect((await page.context().cookies()).map(({ name }) => name).sort()).toEqual([
        'valetkey_device',
        'valetkey_session',
      ]);
    },
    SPEC_MS,
  );

  it(
    'a recovery code lets in without the phone, once',
    async () => {
      const code = recoveryCodes[0] ?? '';
      const useCode = async (visitor: Visitor) => {
        await visitor.button('Use a recovery code').click();
        await visitor.page.getByLabel('Recovery code').fill(code);
        await visitor.button('Continue').click();
      };
      const visitor = await atFactor({ viewport: PHONE });
      await useCode(visitor);
      await visitor.heading('Overview').waitFor();
      const again = await atFactor();
      await useCode(again);
      await again.page.getByRole('alert').getByText('was used already').waitFor();
      await again.button('Back to the password').click();
      await again.button('Sign in').waitFor();
    },
    SPEC_MS,
  );

  it(
    'a sign-in that failed too often begins again at the password',
    async () => {
      const visitor = await atFactor();
      await query(scene.stack.server.embeddedDatabaseUrl, 'UPDATE operator_sign_ins SET attempts = 5');
      await visitor.page.getByLabel('Code of your authenticator app').fill(totpCode(secret));
      await visitor.button('Continue').click();
      await visitor.page.getByRole('alert').getByText('Sign in again.').waitFor();
      await visitor.button('Sign in').waitFor();
    },
    SPEC_MS,
  );
});

describe('something dangerous', () => {
  it(
    'asks for the factor when the last proof is old, and is done then',
    async () => {
      const visitor = await signedIn();
      const { page } = visitor;
      await visitor.open('/account');
      await scene.ageProofs();
      await visitor.button('Make new codes').click();
      await visitor.confirm('Make new codes');
      const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
      await dialog.waitFor();
      await expectFit(visitor);
      await page.keyboard.type('000000');
      await page.keyboard.press('Enter');
      await dialog.getByRole('alert').getByText('The code is wrong').waitFor();
      await dialog.getByLabel('Code of your authenticator app').fill(totpCode(secret));
      await page.keyboard.press('Enter');
      const codes = page.getByRole('dialog', { name: 'New recovery codes' });
      await codes.waitFor();
      expect(await codes.getByText(recoveryCodes[1] ?? '').count()).toBe(0);
      await codes.getByRole('button', { name: 'I have kept the codes' }).click();
      await page.getByText('10 left').waitFor();
    },
    SPEC_MS,
  );

  it(
    'is not done when the person gives no proof',
    async () => {
      const visitor = await signedIn({ viewport: PHONE });
      const { page } = visitor;
      await visitor.open('/account');
      await scene.ageProofs();
      await visitor.button('Remove').click();
      await visitor.confirm('Remove');
      const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
      await dialog.waitFor();
      await expectFit(visitor);
      await page.keyboard.press('Escape');
      await page.getByText('Nothing was done: you have not confirmed that it is you.').waitFor();
      await page.getByText('Authenticator app', { exact: true }).waitFor();
    },
    SPEC_MS,
  );
});

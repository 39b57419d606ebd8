/** Passkeys of operators, with the authenticator that Chromium brings for tests. */
import { OPERATOR_PASSWORD } from '../kit/index.js';
import { violationsOf } from './accessibility.js';
import { Scene, SPEC_MS, START_MS } from './scene.js';
import { OWNER_EMAIL, PHONE, type Visitor } from './visitor.js';

const REFUSALS = {
  expected: [
    /^POST \/v1\/operator\/session 401$/,
    /^POST \/v1\/operator\/session\/(passkey|second-factor) 40[13]$/,
    /^(PUT|POST|DELETE) \/v1\/operator\/account\/\S+ 403$/,
  ],
};

let scene: Scene;
let owner: Visitor;
let setVerified: (isUserVerified: boolean) => Promise<unknown>;
beforeAll(async () => {
  scene = await Scene.start();
  owner = await scene.visitor(REFUSALS);
  const devtools = await owner.page.context().newCDPSession(owner.page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  setVerified = (isUserVerified) =>
    devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
}, START_MS);
afterAll(async () => {
  expect(await scene.leave()).toEqual([]);
  await scene.close();
}, START_MS);

/** Axe in both themes, and the width of a phone. */
async function expectFit(): Promise<void> {
  const { page } = owner;
  expect(await violationsOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(page, ['color-contrast'])).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize();
  await page.setViewportSize(PHONE);
  expect(await owner.overflow()).toBeLessThanOrEqual(0);
  if (size) await page.setViewportSize(size);
}

async function signOut(): Promise<void> {
  await owner.button(`Account of ${OWNER_EMAIL}`).click();
  await owner.page.getByRole('menuitem', { name: 'Logout' }).click();
  await owner.button('Sign in').waitFor();
}

it(
  'a passkey is added with a name, brings recovery codes, and is renamed',
  async () => {
    const { page } = owner;
    await owner.signIn();
    await owner.open('/account');
    await owner.button('Add a passkey').click();
    await page.getByLabel('Name of the passkey').fill('Laptop');
    await expectFit();
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Recovery codes' }).waitFor();
    await owner.button('I have kept the codes').click();
    await page.getByRole('listitem').filter({ hasText: 'Laptop' }).waitFor();
    await owner.button('Rename').click();
    await page.getByLabel('Name of the passkey').fill('Old laptop');
    await page.keyboard.press('Enter');
    await page.getByRole('listitem').filter({ hasText: 'Old laptop' }).waitFor();
    await expectFit();
    await owner.button('Add a passkey').click();
    await page.getByLabel('Name of the passkey').fill('The same');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('has a passkey of your account already').waitFor();
    await owner.button('Cancel').click();
  },
  SPEC_MS,
);

it(
  'signs in by itself, by keyboard, and not where its person is not verified',
  async () => {
    const { page } = owner;
    await signOut();
    await expectFit();
    await setVerified(false);
    await owner.button('Use a passkey').click();
    await page.getByRole('alert').getByText('No passkey was used').waitFor();
    await setVerified(true);
    await owner.button('Use a passkey').focus();
    await page.keyboard.press('Enter');
    await owner.heading('Overview').waitFor();
  },
  SPEC_MS,
);

it(
  'is the second factor after the password',
  async () => {
    const { page } = owner;
    await signOut();
    await owner.typeCredentials(OWNER_EMAIL, OPERATOR_PASSWORD);
    await page.getByText('Continue, and your browser asks for your passkey.').waitFor();
    await expectFit();
    await owner.button('Use a recovery code').click();
    await page.getByLabel('Recovery code').waitFor();
    await owner.button('Use a passkey').click();
    await owner.button('Continue').focus();
    await page.keyboard.press('Enter');
    await owner.heading('Overview').waitFor();
  },
  SPEC_MS,
);

it(
  'confirms who one is before it is removed itself',
  async () => {
    const { page } = owner;
    await owner.open('/account');
    await scene.ageProofs();
    await owner.button('Remove').click();
    await owner.confirm('Remove');
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.waitFor();
    await expectFit();
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('The passkey is removed.').waitFor();
    await page.getByText('Your password is all that signs you in').waitFor();
    await signOut();
    await owner.button('Use a passkey').click();
    await page.getByRole('alert').getByText('This passkey was not accepted').waitFor();
    await owner.signIn();
  },
  SPEC_MS,
);

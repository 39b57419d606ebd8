/** Operators who sign in at the issuer of a company: the trip there and back, refusals, proofs, passwords off. */
import { OPERATOR_PASSWORD, query } from '../kit/index.js';
import { OidcIssuer } from '../kit/oidc-issuer.js';
import { violationsOf } from './accessibility.js';
import { Scene, SPEC_MS, START_MS } from './scene.js';
import { OWNER_EMAIL, PHONE, type Visitor, type VisitorOptions } from './visitor.js';

const SIGNED_OUT = [/^GET \/v1\/operator\/session 401$/, /^POST \/v1\/operator\/session 403$/];
const STEP_UP = [/^POST \/v1\/operator\/operator-keys 403$/];

let issuer: OidcIssuer;
beforeAll(async () => {
  issuer = await OidcIssuer.start();
  issuer.people.set('ada', { email: 'ada@acme.example', groups: ['keepers'] });
  issuer.people.set('eve', { email: 'eve@acme.example', groups: ['guests'] });
  issuer.people.set('owner', { email: OWNER_EMAIL, groups: ['keepers'] });
});
afterAll(() => issuer.close());

/** Axe in both themes, and the width. */
async function expectFit({ page, overflow }: Visitor): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await violationsOf(page, ['color-contrast'])).toEqual([]);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await overflow.call({ page })).toBeLessThanOrEqual(0);
}

async function atIssuer(visitor: Visitor, name: string): Promise<void> {
  await visitor.button('Sign in with Acme').click();
  await visitor.page.getByLabel('User name').fill(name);
  await visitor.button('Continue').click();
}

const visitorOf = (scene: Scene, options: VisitorOptions = {}) =>
  scene.visitor({ expected: [...SIGNED_OUT, ...STEP_UP], ...options });

describe('single sign-on beside passwords', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start(issuer.env);
  }, START_MS);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene.close(), START_MS);

  it(
    'leads to the issuer and back, to the page that was wanted',
    async () => {
      const visitor = await visitorOf(scene);
      await visitor.page.goto('/#/operators');
      await visitor.button('Sign in with Acme').waitFor();
      await expectFit(visitor);
      await atIssuer(visitor, 'ada');
      await visitor.heading('Operators').waitFor();
      await visitor.page.getByRole('cell', { name: 'ada@acme.example' }).first().waitFor();
      const stored = JSON.stringify(await visitor.page.context().storageState());
      expect(stored).not.toContain('ada@acme.example');
    },
    SPEC_MS,
  );

  it(
    'says why somebody is not let in, on a phone',
    async () => {
      const visitor = await visitorOf(scene, { viewport: PHONE });
      await visitor.page.goto('/');
      await atIssuer(visitor, 'eve');
      await visitor.page.getByRole('alert').getByText('has no role here').waitFor();
      await expectFit(visitor);
    },
    SPEC_MS,
  );

  it(
    'takes an account over only when an owner lets it be linked',
    async () => {
      const stranger = await visitorOf(scene);
      await stranger.page.goto('/');
      await atIssuer(stranger, 'owner');
      await stranger.page.getByRole('alert').getByText('There is an operator with your email').waitFor();

      const owner = await visitorOf(scene);
      await owner.signIn();
      await owner.open('/operators');
      await owner.page.getByRole('cell', { name: OWNER_EMAIL }).first().click();
      await owner.button('Let link to Acme').click();
      await owner.confirm('Let link');
      await owner.page.getByText('Can be linked until').waitFor();
      await expectFit(owner);

      const linked = await visitorOf(scene);
      await linked.page.goto('/');
      await atIssuer(linked, 'owner');
      await linked.heading('Overview').waitFor();
    },
    SPEC_MS * 2,
  );

  it(
    'asks at the issuer again before something dangerous, in a tab of its own',
    async () => {
      const visitor = await visitorOf(scene);
      const { page } = visitor;
      await page.goto('/#/operator-keys/create');
      await atIssuer(visitor, 'ada');
      await page.getByLabel('Name').fill('nightly');
      await scene.ageProofs();
      await visitor.button('Make operator key').click();
      const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
      const confirm = dialog.getByRole('link', { name: 'Confirm with Acme' });
      await confirm.waitFor();
      await expectFit(visitor);
      const [tab] = await Promise.all([page.context().waitForEvent('page'), confirm.click()]);
      await tab.getByLabel('User name').fill('ada');
      await tab.getByRole('button', { name: 'Continue' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await page.getByRole('textbox', { name: 'Operator key' }).waitFor();
    },
    SPEC_MS,
  );
});

describe('with passwords off', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await Scene.start({ ...issuer.env, VALETKEY_OPERATOR_PASSWORDS: 'off' });
  }, START_MS);
  afterEach(async () => expect(await scene.leave()).toEqual([]));
  afterAll(() => scene.close(), START_MS);

  it.each([
    ['a desktop', {}],
    ['a phone', { viewport: PHONE }],
  ])(
    'the sign-in page has one way in, on %s',
    async (_, options) => {
      const visitor = await visitorOf(scene, options);
      await visitor.page.goto('/');
      await visitor.button('Sign in with Acme').waitFor();
      expect(await visitor.page.getByLabel('Password').count()).toBe(0);
      expect(await visitor.button('Use a passkey').count()).toBe(0);
      await expectFit(visitor);
      await visitor.page.keyboard.press('Enter');
      await visitor.page.getByLabel('User name').fill('ada');
      await visitor.button('Continue').click();
      await visitor.heading('Overview').waitFor();
      const url = scene.stack.server.embeddedDatabaseUrl;
      expect(await query(url, 'SELECT role FROM operators')).toEqual([{ role: 'owner' }]);
      expect(
        (
          await scene.stack.server.anonymous.post('/v1/operator/session', {
            email: OWNER_EMAIL,
            password: OPERATOR_PASSWORD,
          })
        ).status,
      ).toBe(403);
    },
    SPEC_MS,
  );
});

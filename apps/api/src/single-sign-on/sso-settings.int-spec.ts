import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorPasswords } from '../operators/index.js';
import { EMAIL, PASSWORD } from '../operators/testing/index.js';
import { ADA, SsoWorld } from './testing/sso-world.js';

const COMMAND = { actor: { type: 'system', id: 'operators-command' } } as const;
const NEW_PASSWORD = 'broken glass, once';

describe('where passwords are switched off', () => {
  let world: SsoWorld;
  beforeAll(async () => {
    world = await SsoWorld.start({ VALETKEY_OPERATOR_PASSWORDS: 'off' });
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  /** An owner who has had a password before. */
  const withPassword = () =>
    world.database.query(
      `INSERT INTO operators (id, email, password_hash, role) VALUES ('opr_grace', $1,
       '$argon2id$v=19$m=19456,t=2,p=1$dGVzdC1zYWx0LTEyMzQ1Ng$Yk1wTzVkV1hQb3d4Zk9wRm5Ea1lHa0xhQk1ZbVZkR2s', 'owner')`,
      [EMAIL],
    );

  it('the first owner is whom the issuer names as one', async () => {
    expect(await world.rows()).toEqual([]);
    expect((await world.signIn())[0]).toBe('/login?signed-in');
    expect(await world.rows()).toEqual([expect.objectContaining({ role: 'owner' })]);
  });

  it('none signs in, and the answer is the same for every account', async () => {
    await withPassword();
    for (const email of [EMAIL, 'nobody@example.com']) {
      const { status, body } = await world.operators.browser().signIn(email, PASSWORD);
      expect([status, body.code]).toEqual([403, 'passwords_off']);
    }
    const passkey = await world.operators.browser().send('POST', '/v1/operator/session/passkey/challenges');
    expect([passkey.status, passkey.body.code]).toEqual([403, 'passwords_off']);
    const { body } = await world.operators.browser().send('GET', '/v1/operator/session/options');
    expect(body).toEqual({ passwords: false, singleSignOn: { name: 'Acme' } });
  });

  it('a reset on the machine lets in for a day, and is on record', async () => {
    await withPassword();
    const passwords = world.operators.test.get(OperatorPasswords);
    const { url } = await passwords.reset(EMAIL, COMMAND);
    const browser = world.operators.browser();
    const token = url.split('/').at(-1);
    const used = await browser.send('PUT', '/v1/operator/password-link', { token, password: NEW_PASSWORD });
    expect(used.status).toBe(204);
    expect((await browser.signIn(EMAIL, NEW_PASSWORD)).status).toBe(200);
    expect(await world.operators.events('operator.password_reset')).toHaveLength(1);
    await world.database.query(`UPDATE operators SET reset_until = now() - interval '1 second'`);
    expect((await world.operators.browser().signIn(EMAIL, NEW_PASSWORD)).status).toBe(403);
  });

  it('a reset whose link was not used leaves all as it was', async () => {
    await withPassword();
    await world.operators.test.get(OperatorPasswords).reset(EMAIL, COMMAND);
    expect((await world.operators.browser().signIn(EMAIL, PASSWORD)).body.code).toBe('passwords_off');
  });

  it('an invitation is accepted at the issuer, and sets no password', async () => {
    const [, owner] = await world.signIn();
    await owner.send('GET', '/v1/operator/session');
    const invitation = { email: 'alan@example.com', role: 'auditor' };
    const { body } = await owner.send('POST', '/v1/operator/operators', invitation);
    expect(body.link).toBe(`${world.operators.test.settings.publicUrl}/#/login`);
    const alan = { ...ADA, sub: 'u-2', email: 'alan@example.com', groups: ['staff'] };
    expect((await world.signIn(alan))[0]).toBe('/login?signed-in');
  });

  it('an owner who has a password only is none who can sign in', async () => {
    await withPassword();
    await world.signIn();
    expect((await world.signIn({ ...ADA, groups: ['ops'] }))[0]).toBe('/login?refused=last_owner');
  });
});

describe('where a second factor is required', () => {
  let world: SsoWorld;
  beforeAll(async () => {
    world = await SsoWorld.start({ VALETKEY_SECOND_FACTOR: 'required' });
  });
  afterAll(() => world.close());
  beforeEach(() => world.reset());

  it.each([
    [['pwd'], true],
    [['pwd', 'mfa'], false],
    [undefined, true],
  ])('an operator whose issuer says %j has to set one up here: %s', async (amr, mustEnrol) => {
    const [, browser] = await world.signIn({ ...ADA, ...(amr && { amr }) });
    expect((await browser.send('GET', '/v1/operator/session')).body.mustEnrol).toBe(mustEnrol);
    const { status } = await browser.send('GET', '/v1/operator/operators');
    expect(status).toBe(mustEnrol ? 403 : 200);
  });
});

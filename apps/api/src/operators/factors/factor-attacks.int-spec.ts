import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OperatorBrowser } from '../testing/operator-browser.js';
import { EMAIL, OperatorWorld, PASSWORD } from '../testing/operator-world.js';

const ADA = 'ada@example.com';
const TOTP = '/v1/operator/account/totp';
const SESSION = '/v1/operator/session';

let world: OperatorWorld;
beforeAll(async () => {
  world = await OperatorWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

interface Scene {
  readonly owner: OperatorBrowser;
  readonly recoveryCodes: readonly string[];
  /** The thief's browser, who has the password and was asked for the second factor. */
  readonly thief: OperatorBrowser;
}

/** The code of the last answer, and the event that has it. */
type Attack = readonly [name: string, code: string, run: (scene: Scene) => Promise<string>];

const used = async ({ owner }: Scene): Promise<string> => {
  const code = owner.nextCode();
  await (await world.pending(owner)).prove({ code });
  return code;
};

/** Each ends with its refusal, and no session. */
const ATTACKS: readonly Attack[] = [
  [
    'a code of the app that was used, in the same time step',
    'wrong_code',
    async (scene) => (await scene.thief.prove({ code: await used(scene) })).body.code,
  ],
  [
    'a code of the app that was used, in the next time step, where it is still good',
    'wrong_code',
    async (scene) => {
      const code = await used(scene);
      world.clock.advance(30_000);
      return (await scene.thief.prove({ code })).body.code;
    },
  ],
  [
    'the code of the step before one that was used',
    'wrong_code',
    async (scene) => {
      await used(scene);
      return (await scene.thief.prove({ code: scene.owner.code(-1) })).body.code;
    },
  ],
  [
    'the code that confirmed the app',
    'wrong_code',
    async ({ owner, thief }) => (await thief.prove({ code: owner.code() })).body.code,
  ],
  [
    'a code that is two minutes old',
    'wrong_code',
    async ({ owner, thief }) => {
      const code = owner.nextCode();
      world.clock.advance(120_000);
      return (await thief.prove({ code })).body.code;
    },
  ],
  [
    'the code of another operator',
    'wrong_code',
    async ({ thief }) => {
      await world.add(ADA);
      const { browser } = await world.enrolled(ADA);
      return (await thief.prove({ code: browser.nextCode() })).body.code;
    },
  ],
  [
    'the recovery code of another operator',
    'wrong_code',
    async ({ thief }) => {
      await world.add(ADA);
      const { recoveryCodes } = await world.enrolled(ADA);
      return (await thief.prove({ recoveryCode: recoveryCodes[0] })).body.code;
    },
  ],
  [
    'a sign-in that was begun in another browser',
    'sign_in_over',
    async ({ owner }) => (await owner.another().prove({ code: owner.nextCode() })).body.code,
  ],
  [
    'a sign-in whose cookie was made up',
    'sign_in_over',
    async ({ owner }) => {
      const browser = owner.another();
      browser.cookies.set('valetkey_sign_in', 'A'.repeat(43));
      return (await browser.prove({ code: owner.nextCode() })).body.code;
    },
  ],
  [
    'a sign-in that is over five minutes old',
    'sign_in_over',
    async ({ owner, thief }) => {
      world.clock.advance(5 * 60_000);
      return (await thief.prove({ code: owner.nextCode() })).body.code;
    },
  ],
  [
    'a sign-in that was used',
    'sign_in_over',
    async ({ owner, thief }) => {
      const pending = thief.cookies.get('valetkey_sign_in') ?? '';
      await thief.prove({ code: owner.nextCode() });
      const again = owner.another();
      again.cookies.set('valetkey_sign_in', pending);
      return (await again.prove({ code: owner.nextCode() })).body.code;
    },
  ],
  [
    'a sign-in from before the password was changed',
    'sign_in_over',
    async ({ owner, thief }) => {
      const change = { currentPassword: PASSWORD, newPassword: 'another password of mine' };
      expect((await owner.send('PUT', '/v1/operator/account/password', change)).status).toBe(204);
      return (await thief.prove({ code: owner.nextCode() })).body.code;
    },
  ],
  [
    'a sign-in of an operator who was disabled meanwhile',
    'sign_in_over',
    async ({ owner, thief }) => {
      await world.database.query('UPDATE operators SET disabled_at = now()');
      return (await thief.prove({ code: owner.nextCode() })).body.code;
    },
  ],
  [
    'a sixth try in one sign-in, with the right code',
    'sign_in_over',
    async ({ owner, thief }) => {
      for (let n = 0; n < 5; n++) await thief.prove({ code: '000000' });
      world.clock.advance(4 * 60_000);
      return (await thief.prove({ code: owner.nextCode() })).body.code;
    },
  ],
];

describe('refused, without a session, and on record', () => {
  it.each(ATTACKS)('%s', async (_, code, run) => {
    const { browser: owner, recoveryCodes } = await world.enrolled();
    const thief = await world.pending(owner, '198.51.100.9');
    expect(await run({ owner, recoveryCodes, thief })).toBe(code);
    const events = await world.events('operator.sign_in_failed');
    expect(events.at(-1)).toMatchObject({ outcome: 'denied', detail: { code } });
  });

  it('the cookie of a sign-in as the cookie of a session', async () => {
    const { browser } = await world.enrolled();
    const thief = await world.pending(browser);
    thief.cookies.set('valetkey_session', thief.cookies.get('valetkey_sign_in') ?? '');
    for (const [method, url] of [
      ['GET', SESSION],
      ['GET', '/v1/operator/operators'],
      ['DELETE', TOTP],
      ['POST', '/v1/operator/session/proof'],
    ] as const)
      expect((await thief.send(method, url)).status).toBe(401);
  });

  it('the password alone, while the app is being confirmed', async () => {
    const owner = await world.signedIn();
    const { body } = await owner.send('POST', TOTP);
    owner.secret = body.secret;
    const thieves = Array.from({ length: 6 }, () => world.browser('198.51.100.9'));
    const signIns = thieves.map((thief) => thief.signIn(EMAIL, PASSWORD));
    expect((await owner.send('PUT', TOTP, { code: owner.code() })).status).toBe(200);
    await Promise.all(signIns);
    for (const thief of thieves) expect((await thief.send('GET', SESSION)).status).toBe(401);
    expect((await owner.send('GET', '/v1/operator/account/sessions')).body).toHaveLength(1);
  });

  it('the app of another operator, planted in the row of this one', async () => {
    await world.add(ADA);
    const [{ browser: owner }, { browser: ada }] = [await world.enrolled(), await world.enrolled(ADA)];
    await world.database.query(
      `UPDATE operator_totp SET sealed = (SELECT t.sealed FROM operator_totp t JOIN operators o ON o.id = t.operator_id
         WHERE o.email = $1) WHERE operator_id = (SELECT id FROM operators WHERE email = $2)`,
      [ADA, EMAIL],
    );
    const thief = await world.pending(owner);
    expect((await thief.prove({ code: ada.nextCode() })).status).toBe(500);
    expect((await thief.send('GET', SESSION)).status).toBe(401);
  });
});

describe('sent at the same moment', () => {
  it('of 100 guesses in one sign-in five are judged, and the right code comes too late', async () => {
    const { browser } = await world.enrolled();
    const thief = await world.pending(browser, '198.51.100.9');
    const guesses = Array.from({ length: 100 }, (_, n) => String(n).padStart(6, '0'));
    const answers = await Promise.all(guesses.map((code) => thief.prove({ code })));
    expect(answers.filter(({ body }) => body.code === 'wrong_code').length).toBeLessThanOrEqual(5);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(0);
    expect((await thief.prove({ code: browser.nextCode() })).body.code).toBe('sign_in_over');
  });

  it('of 100 guesses in as many sign-ins, from as many addresses, five are judged', async () => {
    const { browser } = await world.enrolled();
    const thieves: OperatorBrowser[] = [];
    for (let n = 0; n < 100; n++) thieves.push(await world.pending(browser, `203.0.113.${n}`));
    const answers = await Promise.all(thieves.map((thief) => thief.prove({ code: '000000' })));
    expect(answers.filter(({ body }) => body.code === 'wrong_code')).toHaveLength(5);
    expect(answers.filter(({ body }) => body.code === 'too_many_attempts')).toHaveLength(95);
  });

  it.each([
    ['one code of the app', (owner: OperatorBrowser) => ({ code: owner.nextCode() })],
    ['one recovery code', (_: OperatorBrowser, codes: readonly string[]) => ({ recoveryCode: codes[0] })],
  ])('%s opens one session in ten browsers', async (_, proofOf) => {
    const { browser, recoveryCodes } = await world.enrolled();
    const browsers: OperatorBrowser[] = [];
    for (let n = 0; n < 10; n++) browsers.push(await world.pending(browser, `203.0.113.${n}`));
    const proof = proofOf(browser, recoveryCodes);
    const answers = await Promise.all(browsers.map((one) => one.prove(proof)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('two right proofs in one sign-in open one session', async () => {
    const { browser, recoveryCodes } = await world.enrolled();
    const fresh = await world.pending(browser);
    const proofs = [{ code: browser.nextCode() }, { recoveryCode: recoveryCodes[0] }];
    const answers = await Promise.all(proofs.map((proof) => fresh.prove(proof)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
  });
});

describe('the owner', () => {
  it('is let in on a known browser whatever a thief of the password does', async () => {
    const { browser } = await world.enrolled();
    expect((await browser.send('DELETE', SESSION)).status).toBe(204);
    for (let n = 0; n < 10; n++)
      await (await world.pending(browser, `203.0.113.${n}`)).prove({ code: '000000' });
    expect((await browser.signIn(EMAIL, PASSWORD)).status).toBe(401);
    expect((await browser.prove({ code: browser.nextCode() })).status).toBe(200);
  });

  it('has the role that is theirs when the second factor comes', async () => {
    const { browser } = await world.enrolled();
    const fresh = await world.pending(browser);
    await world.database.query(`UPDATE operators SET role = 'auditor'`);
    expect((await fresh.prove({ code: browser.nextCode() })).body.operator.role).toBe('auditor');
    const invite = { email: ADA, role: 'owner' };
    expect((await fresh.send('POST', '/v1/operator/operators', invite)).body.code).toBe('read_only_role');
  });
});

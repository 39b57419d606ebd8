import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuditModule } from '../audit/index.js';
import {
  Caller,
  createWorld,
  signedInOperator,
  type Answer,
  type TestApp,
  type TestDatabase,
  type World,
} from '../platform/testing/index.js';
import { OperatorsModule } from './operators.module.js';
import { OperatorsService } from './operators.service.js';

const OWNER = { email: 'grace@example.com', password: 'correct horse battery staple' };
const PEOPLE = '/v1/operator/operators';
const LINK = '/v1/operator/password-link';
const NEW_PASSWORD = 'a password of my own';

let world: World;
let database: TestDatabase;
let test: TestApp;
let invited = 0;
beforeAll(async () => {
  world = await createWorld({
    rooms: [OperatorsModule, AuditModule],
    env: { VALETKEY_OPERATOR_EMAIL: OWNER.email, VALETKEY_OPERATOR_PASSWORD: OWNER.password },
  });
  ({
    database,
    apps: [test],
  } = world);
  await test.get(OperatorsService).ensureFirstOwner();
  test.clock.stop();
});
afterAll(() => world.close());
beforeEach(() => test.clock.advance(16 * 60_000));

/** A browser in which an operator is signed in. */
async function browser({ email, password } = OWNER) {
  const { cookie, csrfToken } = await signedInOperator(test.app, email, password);
  return { cookie, 'valetkey-csrf': csrfToken };
}
const signIn = ({ email, password }: { email: string; password: string }) =>
  visitor().post('/v1/operator/session', { email, password });
const visitor = () => new Caller(test.app);
const invite = async (role: string, email = `invited${++invited}@example.com`) =>
  visitor().post(PEOPLE, { email, role }, await browser());
const tokenOf = ({ body }: Answer) => String(body.link).split('/').at(-1) ?? '';
const setPassword = (token: string, password = NEW_PASSWORD, headers = {}) =>
  visitor().put(LINK, { token, password }, headers);
const codeOf = ({ status, body }: Answer) => [status, body.code];

/** An operator who has accepted the invitation. */
async function operator(role: string) {
  const answer = await invite(role);
  expect((await setPassword(tokenOf(answer))).status).toBe(204);
  return { id: answer.body.id as string, email: answer.body.email as string, password: NEW_PASSWORD };
}

const recorded = (type: string) =>
  database.query<{ actor_id: string; detail: Record<string, unknown>; row: string }>(
    'SELECT actor_id, detail, a::text AS row FROM audit_events a WHERE type = $1 ORDER BY seq DESC',
    [type],
  );

describe('the list of operators', () => {
  it('says to owners, and to nobody else, who has which second factor', async () => {
    const [ada, bob] = [await operator('auditor'), await operator('admin')];
    await database.query(
      `INSERT INTO operator_totp (id, operator_id, sealed, confirmed_at) VALUES ('t1', $1, '', now()), ('t2', $2, '', NULL)`,
      [ada.id, bob.id],
    );
    await database.query(
      `INSERT INTO operator_passkeys (id, operator_id, credential_id, public_key, name) VALUES ('p1', $1, 'c1', '', 'Key')`,
      [ada.id],
    );
    const factorsAt = async (headers: Record<string, string>, id = ada.id) =>
      (await visitor().get(`${PEOPLE}/${id}`, headers)).body.secondFactors;
    const owner = await browser();
    expect(await factorsAt(owner)).toEqual(['passkey', 'totp']);
    expect(await factorsAt(owner, bob.id)).toEqual([]);
    const { body } = await visitor().get(PEOPLE, owner);
    expect(body.find(({ id }: { id: string }) => id === ada.id).secondFactors).toEqual(['passkey', 'totp']);
    const asBob = await browser(bob);
    expect(await factorsAt(asBob)).toBeUndefined();
    expect((await visitor().get(PEOPLE, asBob)).text).not.toContain('secondFactors');
  });
});

describe('an invitation', () => {
  it('is a link that is shown once, stored as a hash, and kept out of what a server logs', async () => {
    const answer = await invite('admin', 'Ada@Example.com');
    expect([answer.status, answer.body.email, answer.body.status]).toEqual([
      201,
      'ada@example.com',
      'invited',
    ]);
    const { hash, pathname } = new URL(answer.body.link);
    expect([pathname, hash]).toEqual(['/', expect.stringMatching(/^#\/set-password\/[\w-]{43}$/)]);
    const rows = await database.query<{ row: string }>('SELECT o::text AS row FROM operators o');
    expect(JSON.stringify(rows)).not.toContain(tokenOf(answer));
    const listed = await visitor().get(PEOPLE, await browser());
    expect(listed.text).not.toContain(tokenOf(answer));
    const [event] = await recorded('operator.invited');
    expect(event?.detail).toEqual({ operatorId: answer.body.id, role: 'admin' });
    expect(event?.row).not.toContain(tokenOf(answer));
  });

  it('says for whom it is, and makes an operator who signs in with the password set by it', async () => {
    const answer = await invite('auditor');
    const { email } = answer.body;
    const token = tokenOf(answer);
    expect((await visitor().post(LINK, { token })).body).toMatchObject({
      email,
      role: 'auditor',
      purpose: 'invitation',
    });
    expect((await setPassword(token)).status).toBe(204);
    const mine = await browser({ email, password: NEW_PASSWORD });
    expect((await visitor().get('/v1/operator/session', mine)).body.operator.role).toBe('auditor');
    const [event] = await recorded('operator.password_changed');
    expect([event?.actor_id, event?.detail]).toEqual([
      answer.body.id,
      { operatorId: answer.body.id, by: 'invitation', endedSessions: 0 },
    ]);
  });

  it('works once, also when it is used twice at the same moment', async () => {
    const token = tokenOf(await invite('admin'));
    const answers = await Promise.all([setPassword(token), setPassword(token, 'the password of a thief')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 410]);
    expect(codeOf(await setPassword(token))).toEqual([410, 'link_over']);
    expect(codeOf(await visitor().post(LINK, { token }))).toEqual([410, 'link_over']);
  });

  it('is over after 24 hours', async () => {
    const token = tokenOf(await invite('admin'));
    test.clock.advance(24 * 3_600_000 - 1);
    expect((await visitor().post(LINK, { token })).status).toBe(200);
    test.clock.advance(1);
    expect(codeOf(await setPassword(token))).toEqual([410, 'link_over']);
  });

  it('is over when a newer link is made, and a newer one is made only until it is accepted', async () => {
    const first = await invite('admin');
    const again = async () => visitor().post(`${PEOPLE}/${first.body.id}/invitations`, {}, await browser());
    const second = await again();
    expect(codeOf(await setPassword(tokenOf(first)))).toEqual([410, 'link_over']);
    expect((await setPassword(tokenOf(second))).status).toBe(204);
    expect(codeOf(await again())).toEqual([409, 'invitation_accepted']);
  });

  it('is for one e-mail address: its holder can name no other, and no other role', async () => {
    const token = tokenOf(await invite('auditor'));
    for (const more of [{ email: OWNER.email }, { role: 'owner' }, { id: 'opr_x' }])
      expect(codeOf(await visitor().put(LINK, { token, password: NEW_PASSWORD, ...more }))).toEqual([
        400,
        'invalid_input',
      ]);
  });

  it('is over when the invited operator is disabled or removed', async () => {
    const [one, other] = [await invite('admin'), await invite('admin')];
    const mine = await browser();
    await visitor().patch(`${PEOPLE}/${one.body.id}`, { disabled: true }, mine);
    await visitor().delete(`${PEOPLE}/${other.body.id}`, mine);
    for (const answer of [one, other])
      expect(codeOf(await setPassword(tokenOf(answer)))).toEqual([410, 'link_over']);
  });

  it.each([
    ['a page of another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
  ])('is not used by %s', async (_, headers) => {
    const token = tokenOf(await invite('admin'));
    expect(codeOf(await setPassword(token, NEW_PASSWORD, headers))).toEqual([403, 'origin_not_allowed']);
    expect((await setPassword(token)).status).toBe(204);
  });

  it('takes no short password, and no e-mail that an operator has', async () => {
    const token = tokenOf(await invite('admin'));
    expect(codeOf(await setPassword(token, 'elevenchars'))).toEqual([400, 'invalid_input']);
    expect(codeOf(await invite('admin', OWNER.email.toUpperCase()))).toEqual([409, 'email_taken']);
  });

  it('signs nobody in before it is accepted', async () => {
    const { body } = await invite('owner');
    for (const password of ['', 'null', NEW_PASSWORD])
      expect((await visitor().post('/v1/operator/session', { email: body.email, password })).status).not.toBe(
        200,
      );
  });
});

describe('a change of an operator', () => {
  it.each(['admin', 'auditor'])('is refused to an operator of role %s', async (role) => {
    const mine = await browser(await operator(role));
    const { id } = await operator('auditor');
    const at = `${PEOPLE}/${id}`;
    const answers = [
      await visitor().post(PEOPLE, { email: 'x@example.com', role: 'owner' }, mine),
      await visitor().post(`${at}/invitations`, {}, mine),
      await visitor().patch(at, { role: 'owner' }, mine),
      await visitor().delete(at, mine),
      await visitor().get(`${at}/sessions`, mine),
      await visitor().delete(`${at}/sessions`, mine),
    ];
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403]);
    expect((await visitor().get(at, mine)).body.role).toBe('auditor');
  });

  it('of their role counts from the next request of an open session on', async () => {
    const ada = await operator('owner');
    const mine = await browser(ada);
    expect((await visitor().post(PEOPLE, { email: 'one@example.com', role: 'admin' }, mine)).status).toBe(
      201,
    );
    await visitor().patch(`${PEOPLE}/${ada.id}`, { role: 'admin' }, await browser());
    const refused = await visitor().post(PEOPLE, { email: 'two@example.com', role: 'admin' }, mine);
    expect(codeOf(refused)).toEqual([403, 'owner_required']);
    const [event] = await recorded('operator.updated');
    expect(event?.detail).toEqual({ operatorId: ada.id, role: 'admin' });
  });

  it('that disables ends their sessions for good and keeps them out, until they are enabled', async () => {
    const ada = await operator('admin');
    const mine = await browser(ada);
    const disable = async (disabled: boolean) =>
      visitor().patch(`${PEOPLE}/${ada.id}`, { disabled }, await browser());
    expect((await disable(true)).body.status).toBe('disabled');
    expect((await visitor().get(PEOPLE, mine)).status).toBe(401);
    expect((await signIn(ada)).status).toBe(401);
    expect((await disable(false)).body.status).toBe('active');
    expect((await visitor().get(PEOPLE, mine)).status).toBe(401);
    expect((await visitor().get(PEOPLE, await browser(ada))).status).toBe(200);
  });

  it('that removes them ends their sessions, and is 404 afterwards', async () => {
    const ada = await operator('admin');
    const [mine, owners] = [await browser(ada), await browser()];
    expect((await visitor().delete(`${PEOPLE}/${ada.id}`, owners)).status).toBe(204);
    expect((await visitor().get(PEOPLE, mine)).status).toBe(401);
    expect((await visitor().delete(`${PEOPLE}/${ada.id}`, owners)).status).toBe(404);
  });
});

describe('the last owner', () => {
  it('cannot be demoted, disabled or removed, not even beside an owner who cannot sign in', async () => {
    await database.query(`DELETE FROM operators WHERE email <> $1`, [OWNER.email]);
    await invite('owner');
    const mine = await browser();
    const { body } = await visitor().get('/v1/operator/session', mine);
    const at = `${PEOPLE}/${body.operator.id}`;
    for (const answer of [
      await visitor().patch(at, { role: 'admin' }, mine),
      await visitor().patch(at, { disabled: true }, mine),
      await visitor().delete(at, mine),
    ])
      expect(codeOf(answer)).toEqual([409, 'last_owner']);
  });

  it.each([
    ['demote', (at: string, by: object) => visitor().patch(at, { role: 'auditor' }, { ...by })],
    ['disable', (at: string, by: object) => visitor().patch(at, { disabled: true }, { ...by })],
    ['remove', (at: string, by: object) => visitor().delete(at, { ...by })],
  ])('is left when two owners %s each other at the same moment', async (_, change) => {
    await database.query(`DELETE FROM operators WHERE email <> $1`, [OWNER.email]);
    await database.query(`UPDATE operators SET role = 'owner', disabled_at = NULL`);
    const ada = await operator('owner');
    const [grace, hers] = [await browser(), await browser(ada)];
    const [first] = await database.query<{ id: string }>('SELECT id FROM operators WHERE email = $1', [
      OWNER.email,
    ]);
    const answers = await Promise.all([
      change(`${PEOPLE}/${ada.id}`, grace),
      change(`${PEOPLE}/${first?.id}`, hers),
    ]);
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
    const owners = await database.query<{ email: string }>(
      `SELECT email FROM operators WHERE role = 'owner' AND disabled_at IS NULL`,
    );
    expect(owners).toHaveLength(1);
    await database.query('DELETE FROM operators');
    await test.get(OperatorsService).ensureFirstOwner();
  });
});

import { answerConsent } from '@valetkey/twin';
import {
  APP_CALLBACK,
  connectAccount,
  query,
  startStack,
  startVerification,
  type Answer,
  type Stack,
} from './kit/index.js';

const READ_ONLY = 'https://www.googleapis.com/auth/calendar.events.readonly';
const GOOGLE = { target: 'google', scope: READ_ONLY } as const;
const GUIDE = '/my-account/identities/google/access-token';
const LOGTO = '/api/my-account/identities/google/access-token';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

/** A problem in both dialects: RFC 9457 and Logto's `code` and `message`. */
function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({
    status,
    type: expect.any(String),
    title: expect.any(String),
    message: answer.body.detail,
  });
}

const newVerification = (members: object = {}) => ({
  connectorId: 'google',
  state: 's1',
  redirectUri: APP_CALLBACK,
  ...members,
});

describe("the paths and shapes of Logto's product", () => {
  it('walks start, verify and store, and answers in snake case', async () => {
    const user = await stack.user('logto-shapes');
    const started = await user.post(
      '/api/verifications/social',
      newVerification({ scope: READ_ONLY, state: 'logto-state', passedOver: true }),
    );
    expect(started.status).toBe(201);
    expect(Object.keys(started.body).sort()).toEqual([
      'authorizationUri',
      'expiresAt',
      'verificationRecordId',
    ]);
    const minutes = (Date.parse(started.body.expiresAt) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10);

    const uri = new URL(started.body.authorizationUri);
    expect(uri.searchParams.get('code_challenge_method')).toBe('S256');
    expect(uri.searchParams.get('state')).toBe('logto-state');
    const code = new URL(await answerConsent(uri.href)).searchParams.get('code');
    const { verificationRecordId } = started.body;
    const connectorData = { code, state: 'logto-state', redirectUri: APP_CALLBACK };
    const verified = await user.post('/api/verifications/social/verify', {
      verificationRecordId,
      connectorData,
    });
    expect([verified.status, verified.body]).toEqual([200, { verificationRecordId }]);

    const stored = await user.put(LOGTO, { verificationRecordId });
    expect(stored.status).toBe(200);
    expect(stored.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: expect.stringContaining(READ_ONLY),
    });
    const read = await user.get(LOGTO);
    expect(read.body.access_token).toBe(stored.body.access_token);
  });

  it('answers camel case on the paths that the guide prints', async () => {
    const user = await stack.connected('guide-shapes', GOOGLE);
    const { body } = await user.get(GUIDE);
    expect(Object.keys(body).sort()).toEqual(['accessToken', 'expiresAt', 'expiresIn', 'scope', 'tokenType']);
    expect(body.expiresIn).toBeGreaterThan(3000);
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now());
  });

  it('says in both dialects that no token is stored', async () => {
    const user = await stack.user('nobody-yet');
    const guide = await user.get(GUIDE);
    expect([guide.status, guide.body]).toEqual([404, null]);
    expect(guide.headers.get('content-type')).toContain('application/json');
    expect(guide.headers.get('valetkey-error')).toBe('secrets.third_party_token_set.token_not_found');
    expectProblem(await user.get(LOGTO), 404, 'secrets.third_party_token_set.token_not_found');
    expectProblem(
      await user.get('/api/my-account/identities/unknown/access-token'),
      404,
      'secrets.third_party_token_set.token_not_found',
    );
  });

  it('lets nobody on the way keep an answer with a token', async () => {
    const user = await stack.connected('no-store', GOOGLE);
    for (const path of [GUIDE, LOGTO])
      expect((await user.get(path)).headers.get('cache-control')).toBe('no-store');
    const stored = await connectAccount(user, GOOGLE);
    expect(stored.headers.get('cache-control')).toBe('no-store');
  });

  it('never puts back a token older than the one stored', async () => {
    const user = await stack.connected('newer-stays', GOOGLE);
    const older = await startVerification(user, GOOGLE);
    await user.post('/api/verification/social/verify', older);
    const newer = await connectAccount(user, GOOGLE);
    const put = await user.put(GUIDE, { verificationRecordId: older.verificationRecordId });
    expect([put.status, put.body.accessToken]).toEqual([200, newer.body.accessToken]);
  });

  it('stores the same record as often as it is asked to, once', async () => {
    const user = await stack.user('idempotent');
    const verification = await startVerification(user, GOOGLE);
    await user.post('/api/verification/social/verify', verification);
    const { verificationRecordId } = verification;
    const answers = await Promise.all([1, 2, 3].map(() => user.put(GUIDE, { verificationRecordId })));
    answers.push(await user.put(GUIDE, { verificationRecordId }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.accessToken)).size).toBe(1);
    const { body } = await user.get('/my-account/audit-events?type=connection.created');
    expect(body.data).toHaveLength(1);
  });
});

describe('each failure has its own code', () => {
  it('names a missing and a bad credential', async () => {
    expectProblem(await stack.server.anonymous.get(LOGTO), 401, 'auth.authorization_header_missing');
    expectProblem(await stack.server.anonymous.get(GUIDE), 401, 'auth.authorization_header_missing');
    const bad = await stack.server.anonymous.as('not.a.token').get(LOGTO);
    expectProblem(bad, 401, 'auth.unauthorized');
    expect(bad.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('names the wrong kind of credential', async () => {
    expectProblem(await stack.agent.client.get(LOGTO), 403, 'auth.forbidden');
    expectProblem(
      await stack.operator.post('/api/verification/social', newVerification()),
      403,
      'auth.forbidden',
    );
  });

  it('names bad input, an unknown connector and a callback that is not allowed', async () => {
    const user = await stack.user('bad-start');
    const start = (members: object) => user.post('/api/verification/social', newVerification(members));
    expectProblem(await start({ state: '' }), 400, 'guard.invalid_input');
    expectProblem(await start({ redirectUri: 'not a url' }), 400, 'guard.invalid_input');
    expectProblem(await start({ connectorId: 'nowhere' }), 422, 'session.invalid_connector_id');
    expectProblem(
      await start({ redirectUri: 'https://evil.example/callback' }),
      400,
      'connector.redirect_uri_not_allowed',
    );
    expectProblem(await start({ scope: 'bad"scope' }), 400, 'guard.invalid_scope');
    expectProblem(await user.post('/api/verification/social', 'no object'), 400, 'guard.invalid_input');
  });

  it('names a wrong state, and the record stays good for the right one', async () => {
    const user = await stack.user('wrong-state');
    const verification = await startVerification(user, GOOGLE);
    const verify = (members: object) =>
      user.post('/api/verification/social/verify', {
        ...verification,
        connectorData: { ...verification.connectorData, ...members },
      });
    expectProblem(await verify({ state: 'another' }), 400, 'verification_record.state_mismatch');
    expectProblem(await verify({ state: null }), 400, 'verification_record.state_mismatch');
    expectProblem(
      await verify({ redirectUri: 'http://localhost:8080/other' }),
      400,
      'verification_record.redirect_uri_mismatch',
    );
    expect((await verify({})).status).toBe(200);
  });

  it('names an answer from another authorization server', async () => {
    const user = await stack.user('mixed-up');
    const verification = await startVerification(user, GOOGLE);
    const connectorData = { ...verification.connectorData, iss: 'https://evil.example' };
    const answer = await user.post('/api/verification/social/verify', { ...verification, connectorData });
    expectProblem(answer, 400, 'connector.issuer_mismatch');
  });

  it("refuses another user's record at every step", async () => {
    const user = await stack.user('owner-of-record');
    const other = await stack.user('thief-of-record');
    const verification = await startVerification(user, GOOGLE);
    expectProblem(
      await other.post('/api/verification/social/verify', verification),
      403,
      'verification_record.user_mismatch',
    );
    expect((await user.post('/api/verification/social/verify', verification)).status).toBe(200);
    const { verificationRecordId } = verification;
    expectProblem(await other.put(LOGTO, { verificationRecordId }), 403, 'verification_record.user_mismatch');
    expect((await other.get(GUIDE)).body).toBeNull();
    expect((await user.put(GUIDE, { verificationRecordId })).status).toBe(200);
  });

  it('refuses a replay of verify', async () => {
    const user = await stack.user('replay');
    const verification = await startVerification(user, GOOGLE);
    const answers = await Promise.all(
      [1, 2].map(() => user.post('/api/verification/social/verify', verification)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expectProblem(
      await user.post('/api/verification/social/verify', verification),
      409,
      'verification_record.already_used',
    );
  });

  it('refuses records that are unknown, not verified, or for another connector', async () => {
    const user = await stack.user('wrong-record');
    expectProblem(
      await user.put(LOGTO, { verificationRecordId: 'aut_none' }),
      400,
      'verification_record.not_found',
    );
    const verification = await startVerification(user, GOOGLE);
    const { verificationRecordId } = verification;
    expectProblem(await user.put(LOGTO, { verificationRecordId }), 400, 'verification_record.not_verified');
    const elsewhere = await user.put('/api/my-account/identities/github/access-token', {
      verificationRecordId,
    });
    expectProblem(elsewhere, 400, 'verification_record.connector_mismatch');
  });

  it('refuses a record older than ten minutes', async () => {
    const user = await stack.user('too-late');
    const [first, second] = [await startVerification(user, GOOGLE), await startVerification(user, GOOGLE)];
    await user.post('/api/verification/social/verify', second);
    // The server's clock cannot be moved from outside, so the records are made older.
    await query(
      stack.server.embeddedDatabaseUrl,
      `UPDATE authorizations SET expires_at = now() - interval '1 second' WHERE user_id = 'too-late'`,
    );
    expectProblem(
      await user.post('/api/verification/social/verify', first),
      410,
      'verification_record.expired',
    );
    const put = await user.put(LOGTO, { verificationRecordId: second.verificationRecordId });
    expectProblem(put, 410, 'verification_record.expired');
  });

  it('tells that the user declined, now and afterwards', async () => {
    const user = await stack.user('declines');
    const state = 'declined-state';
    const { body } = await user.post('/api/verification/social', newVerification({ state }));
    const back = new URL(await answerConsent(body.authorizationUri, { decision: 'deny' })).searchParams;
    const connectorData = { code: null, state, redirectUri: APP_CALLBACK, error: back.get('error') };
    const { verificationRecordId } = body;
    const verify = () =>
      user.post('/api/verification/social/verify', { verificationRecordId, connectorData });
    expectProblem(await verify(), 403, 'connector.authorization_denied');
    expectProblem(await verify(), 403, 'connector.authorization_denied');
  });

  it('tells a refused code from a provider that is down, which may be asked again', async () => {
    const user = await stack.user('bad-code');
    const wrong = await startVerification(user, GOOGLE);
    const connectorData = { ...wrong.connectorData, code: 'made-up' };
    expectProblem(
      await user.post('/api/verification/social/verify', { ...wrong, connectorData }),
      400,
      'connector.general',
    );

    const verification = await startVerification(user, GOOGLE);
    stack.twin.control.addFault({
      provider: 'google',
      fault: 'server_error',
      match: { path: '/token' },
      times: 1,
    });
    expectProblem(
      await user.post('/api/verification/social/verify', verification),
      502,
      'connector.unavailable',
    );
    expect((await user.post('/api/verification/social/verify', verification)).status).toBe(200);
  });
});

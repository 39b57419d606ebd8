import {
  Browser,
  consentFromPage,
  connectAccount,
  openCallback,
  signInAtPage,
  startStack,
  startVerification,
  until,
  type Client,
  type Stack,
} from '../kit/index.js';

const READ_EVENTS = 'https://www.googleapis.com/auth/calendar.events.readonly';
const SEND_MAIL = 'https://www.googleapis.com/auth/gmail.send';
const TOKEN = '/my-account/identities/google/access-token';
const VERIFY = '/api/verification/social/verify';
const request = { target: 'google', scope: SEND_MAIL };
/** Nothing may be stuck for longer. */
const HALF_A_MINUTE = { withinMs: 30_000, everyMs: 500 };

type Point = 'code_received' | 'exchanging' | 'exchanged' | 'verified' | 'stored';

const connectionsOf = async (userId: string) =>
  (await stack.agent.client.get(`/v1/connections?userId=${userId}`)).body.data;
const authorization = async (id: string) => (await stack.agent.client.get(`/v1/authorizations/${id}`)).body;

/** A user with a connection that works. */
const connected = (userId: string) => stack.connected(userId, { target: 'google', scope: READ_EVENTS });

/** Lets the server die at this step of `work`. */
async function crashAt(point: Point, work: () => Promise<unknown>): Promise<void> {
  expect(await stack.server.dieAt(`connect.${point}`, work)).toBe('cut off');
  await stack.server.restart();
}

/** Connections that existed before the crash exist after it, and work. */
async function expectUnharmed(user: Client, userId: string): Promise<void> {
  const connections = await connectionsOf(userId);
  expect(connections).toHaveLength(1);
  expect(connections[0].scopes).toContain(READ_EVENTS);
  expect((await user.get(TOKEN)).status).toBe(200);
}

async function auditOf(userId: string, type: string) {
  const { body } = await stack.operator.get(`/v1/audit-events?userId=${userId}&type=${type}&limit=200`);
  return body.data as { outcome: string; detail: Record<string, unknown> }[];
}

/** Walks up to our callback, and gives what is needed to go on. */
async function toCallback(userId: string, user: Client) {
  const { body } = await stack.agent.client.post('/v1/authorizations', {
    userId,
    target: 'google',
    scopes: [SEND_MAIL],
  });
  const browser = new Browser();
  await signInAtPage(browser, body.authorizationUri, user.credential as string);
  const callback = await consentFromPage(browser, body.authorizationUri);
  return { id: body.id as string, link: body.authorizationUri as string, browser, callback };
}

const isSettled = async (id: string) => {
  const { status, error } = await authorization(id);
  return (status === 'completed' || error !== undefined) && { status, error };
};

async function expectBothScopes(userId: string): Promise<void> {
  expect((await connectionsOf(userId))[0].scopes).toEqual(expect.arrayContaining([READ_EVENTS, SEND_MAIL]));
}

/** A trip over our page, with a user whose connection works, that a crash breaks off after its callback. */
async function crashedTrip(point: Point) {
  const userId = `crash-${point}`;
  const user = await connected(userId);
  const trip = await toCallback(userId, user);
  await crashAt(point, () => trip.browser.open(trip.callback));
  await expectUnharmed(user, userId);
  return { userId, user, trip };
}

/** The same in the guide's steps, and what the next try is told at once. */
async function crashedVerification(point: Point) {
  const userId = `guide-${point}`;
  const user = await connected(userId);
  const verification = await startVerification(user, request);
  const verify = () => user.post(VERIFY, verification);
  await crashAt(point, verify);
  return { userId, user, verification, verify, held: await verify() };
}

/**
 * Crashes that leave a hold, one after the other before anything is waited for: the holds run out side by side. The
 * last one's work is taken up by a worker, which must not come to the point where another is to die.
 */
async function crashes() {
  return {
    guideExchanging: await crashedVerification('exchanging'),
    guideExchanged: await crashedVerification('exchanged'),
    exchanging: await crashedTrip('exchanging'),
    exchanged: await crashedTrip('exchanged'),
    verified: await crashedTrip('verified'),
  };
}

let stack: Stack;
let left: Awaited<ReturnType<typeof crashes>>;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'], mortal: true });
  left = await crashes();
});
afterAll(() => stack.close());

describe('a server that dies while our page connects an account', () => {
  it('before the code is spent: the browser’s next try ends it', async () => {
    const user = await connected('crash-received');
    const trip = await toCallback('crash-received', user);
    await crashAt('code_received', () => trip.browser.open(trip.callback));
    await expectUnharmed(user, 'crash-received');
    expect((await openCallback(trip.browser, trip.callback)).status).toBe(200);
    await expectBothScopes('crash-received');
  });

  it.each(['exchanging', 'exchanged'] as const)(
    '%s: the user is led to consent again, and the audit log names the grant that nobody holds',
    async (point) => {
      const { userId, user, trip } = left[point];
      const settled = await until('the end of the hold', () => isSettled(trip.id), HALF_A_MINUTE);
      expect(settled).toEqual({ status: 'failed', error: 'exchange_interrupted' });
      const events = await auditOf(userId, 'authorization.failed');
      expect(events[0]?.detail).toEqual({
        authorizationId: trip.id,
        code: 'exchange_interrupted',
        orphanGrant: 'possible',
      });
      expect((await auditOf(userId, 'authorization.completed'))[0]?.outcome).toBe('intended');

      expect((await trip.browser.open(trip.link)).html).toContain('We were interrupted');
      const again = await consentFromPage(trip.browser, trip.link);
      expect((await openCallback(trip.browser, again)).status).toBe(200);
      await expectBothScopes(userId);
      await expectUnharmed(user, userId);
    },
  );

  it('with the grant in the vault: it is stored without the user', async () => {
    const { userId, user, trip } = left.verified;
    const settled = await until('the end of the hold', () => isSettled(trip.id), HALF_A_MINUTE);
    expect(settled).toEqual({ status: 'completed', error: undefined });
    await expectBothScopes(userId);
    await expectUnharmed(user, userId);
  });

  it('with the connection stored: it is there, and the link says so', async () => {
    const user = await connected('crash-stored');
    const trip = await toCallback('crash-stored', user);
    await crashAt('stored', () => trip.browser.open(trip.callback));
    expect(await authorization(trip.id)).toMatchObject({ status: 'completed' });
    expect((await trip.browser.open(trip.link)).html).toContain('is connected');
    await expectBothScopes('crash-stored');
    await expectUnharmed(user, 'crash-stored');
  });
});

describe('a server that dies in the guide’s steps', () => {
  const again = (user: Client, verification: object) => user.post(VERIFY, verification);
  const store = (user: Client, { verificationRecordId }: { verificationRecordId: string }) =>
    user.put(TOKEN, { verificationRecordId });
  /** Verifies until the record is no longer held. */
  const verifyWhenFree = (verify: () => ReturnType<Client['post']>) =>
    until(
      'the end of the hold',
      async () => {
        const answer = await verify();
        return answer.body.code !== 'verification_record.in_progress' && answer;
      },
      HALF_A_MINUTE,
    );

  it('before the code is spent: the record is verified by the next call', async () => {
    const user = await connected('guide-received');
    const verification = await startVerification(user, request);
    await crashAt('code_received', () => again(user, verification));
    await expectUnharmed(user, 'guide-received');
    expect((await again(user, verification)).status).toBe(200);
    expect((await store(user, verification)).status).toBe(200);
    await expectBothScopes('guide-received');
  });

  it('before the request is sent: the record says so, and can be verified when the hold is over', async () => {
    const { userId, user, verification, verify, held } = left.guideExchanging;
    expect([held.status, held.body]).toEqual([409, expect.objectContaining({ retryable: true })]);
    expect((await verifyWhenFree(verify)).status).toBe(200);
    expect((await store(user, verification)).status).toBe(200);
    await expectBothScopes(userId);
  });

  it('with the grant in memory: the spent code is refused, nothing is harmed, and a new record works', async () => {
    const { userId, user, verify } = left.guideExchanged;
    const refused = await verifyWhenFree(verify);
    expect([refused.status, refused.body.code]).toEqual([400, 'connector.general']);
    const [, interrupted] = await auditOf(userId, 'authorization.failed');
    expect(interrupted?.detail).toMatchObject({ code: 'exchange_interrupted', orphanGrant: 'possible' });
    await expectUnharmed(user, userId);
    expect((await connectAccount(user, request)).status).toBe(200);
    await expectBothScopes(userId);
  });

  it('with the grant in the vault: the next step stores it', async () => {
    const user = await connected('guide-verified');
    const verification = await startVerification(user, request);
    await crashAt('verified', () => again(user, verification));
    await expectUnharmed(user, 'guide-verified');
    expect((await store(user, verification)).status).toBe(200);
    await expectBothScopes('guide-verified');
  });

  it('with the connection stored: the same step answers again', async () => {
    const user = await connected('guide-stored');
    const verification = await startVerification(user, request);
    await again(user, verification);
    await crashAt('stored', () => store(user, verification));
    expect((await store(user, verification)).status).toBe(200);
    await expectBothScopes('guide-stored');
    await expectUnharmed(user, 'guide-stored');
  });
});

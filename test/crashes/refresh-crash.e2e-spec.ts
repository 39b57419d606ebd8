import { query, startStack, type Client, type Stack } from '../kit/index.js';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events';
const STUCK_MS = 30_000;

describe('a server killed in the middle of a refresh', () => {
  let stack: Stack;
  let users = 0;
  beforeAll(async () => {
    stack = await startStack({ targets: ['google', 'github-app'], mortal: true });
  });
  afterAll(() => stack.close());
  afterEach(() => stack.twin.control.clearFaults());

  /** Crashes at `point` while an expired token is read, and starts again. */
  async function crash(target: string, point: string, scope?: string) {
    const userId = `refresh-crash-${++users}`;
    const user = await stack.connected(userId, { target, ...(scope === undefined ? {} : { scope }) });
    await query(
      stack.server.embeddedDatabaseUrl,
      `UPDATE token_sets SET expires_at = now() - interval '1 minute'
       WHERE connection_id IN (SELECT id FROM connections WHERE user_id = $1)`,
      [userId],
    );
    const path = `/my-account/identities/${target}/access-token`;
    expect(await stack.server.dieAt(point, () => user.get(path))).toBe('cut off');
    stack.twin.control.clearCalls();
    await stack.server.restart();
    return { user, read: () => user.get(path) };
  }

  const connection = async (user: Client) => (await user.get('/my-account/connections')).body.data[0];

  it.each(['refresh.intended', 'refresh.answered', 'refresh.stored'])(
    'at %s loses no connection whose refresh token is used again and again',
    async (point) => {
      const { user, read } = await crash('google', point, EVENTS);
      const startedAt = performance.now();
      expect((await read()).status).toBe(200);
      expect(performance.now() - startedAt).toBeLessThan(STUCK_MS);
      expect(await connection(user)).toMatchObject({ status: 'active', refreshable: true });
      expect((await connection(user)).reason).toBeUndefined();
    },
  );

  it.each(['refresh.intended', 'refresh.stored'])(
    'at %s loses no connection whose refresh tokens are used once',
    async (point) => {
      const { user, read } = await crash('github-app', point);
      expect((await read()).status).toBe(200);
      expect(await connection(user)).toMatchObject({ status: 'active', refreshable: true });
    },
  );

  it('between the answer and its commit names what cannot be had again, and lets the user connect again', async () => {
    const { user, read } = await crash('github-app', 'refresh.answered');
    const startedAt = performance.now();
    expect((await read()).status).toBe(404);
    expect(performance.now() - startedAt).toBeLessThan(STUCK_MS);
    expect(await connection(user)).toMatchObject({ reason: 'refresh_answer_lost', refreshable: false });
    await stack.connected(`refresh-crash-${users}`, { target: 'github-app' });
    expect((await read()).status).toBe(200);
  });
});

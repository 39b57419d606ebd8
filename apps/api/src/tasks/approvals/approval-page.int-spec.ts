import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APP_CALLBACK } from '../../platform/testing/index.js';
import {
  askingRule,
  createApprovalWorld,
  eventInput,
  type ApprovalWorld,
} from '../testing/approval-world.js';
import { eventsNamed } from '../testing/task-world.js';

const ORIGIN = new URL(APP_CALLBACK).origin;

let world: ApprovalWorld;
let own: string;
beforeAll(async () => {
  world = await createApprovalWorld();
  own = world.world.apps[0].settings.publicUrl;
});
afterAll(() => world.world.close());
beforeEach(() => world.setPolicy(askingRule()));

async function asked(summary: string) {
  const { body } = await world.call(eventInput(summary));
  return { taskId: body.id as string, path: `/connect/approvals/${body.approval.id as string}` };
}

/** Signs a browser in as the calling app does, and gives its cookie. */
async function signedIn(userToken: string | undefined, continuation = 'approvals'): Promise<string> {
  const response = await world.world.apps[0].app.inject({
    method: 'POST',
    url: '/connect/session',
    headers: { origin: ORIGIN },
    payload: { user_token: userToken, continue: continuation },
  });
  expect([response.statusCode, response.headers.location]).toEqual([303, `/connect/${continuation}`]);
  return String(response.headers['set-cookie']).split(';')[0] ?? '';
}
const open = (url: string, cookie?: string) =>
  world.world.apps[0].app.inject({ method: 'GET', url, headers: cookie === undefined ? {} : { cookie } });
const submit = (path: string, cookie: string | undefined, form: object, headers: object = { origin: own }) =>
  world.world.apps[0].app.inject({
    method: 'POST',
    url: `${path}/decision`,
    headers: { ...(cookie === undefined ? {} : { cookie }), ...headers },
    payload: form,
  });
const status = async (taskId: string) => (await world.task(taskId)).status;

describe('the page on which a user decides', () => {
  it('shows in plain words what will be done, and runs it once the user approves', async () => {
    const { taskId, path } = await asked('Page <b>tea</b>');
    const cookie = await signedIn(world.user.bearer, path.slice('/connect/'.length));
    const page = await open(path, cookie);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Create the event “Page &#60;b&#62;tea&#60;/b&#62;”');
    expect(page.body).toContain('Asker');
    expect(page.body).not.toContain('<script');
    const list = await open('/connect/approvals', cookie);
    expect(list.body).toContain(`href="${path}"`);
    const answer = await submit(path, cookie, { decision: 'approve', reason: ' ' });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, path]);
    await world.run(taskId);
    expect(eventsNamed(world.world, 'Page <b>tea</b>')).toBe(1);
    expect((await open(path, cookie)).body).toContain('Approved and done');
  });

  it('allows calls like it for a time, shows that, and takes it back', async () => {
    const { path } = await asked('Again');
    const cookie = await signedIn(world.user.bearer);
    const page = (await open(path, cookie)).body;
    expect(page).toContain('Allow this again without asking');
    expect(page).toContain('name="differs" value="summary"');
    const form = { decision: 'approve', standing_for: '14400', standing_uses: '3', differs: 'summary' };
    expect((await submit(path, cookie, form)).statusCode).toBe(303);
    expect((await world.call(eventInput('Once more'))).status).toBe(200);
    const list = (await open('/connect/approvals', cookie)).body;
    expect(list).toContain('2 of 3 times left');
    const [, end = ''] = /action="(\/connect\/standing-approvals\/sta_\w+\/end)"/.exec(list) ?? [];
    const post = (headers: object, by = cookie) =>
      world.world.apps[0].app.inject({ method: 'POST', url: end, headers: { cookie: by, ...headers } });
    expect((await post({ origin: 'https://evil.example' })).statusCode).toBe(403);
    const eve = await signedIn((await world.world.user('eve')).bearer);
    expect((await post({ origin: own }, eve)).statusCode).toBe(404);
    expect((await world.call(eventInput('Twice more'))).status).toBe(200);
    expect((await post({ origin: own })).statusCode).toBe(303);
    expect((await world.call(eventInput('Thrice more'))).status).toBe(202);
    expect((await open('/connect/approvals', cookie)).body).not.toContain('Allowed without asking');
  });

  it('decides nothing by a form that it does not offer', async () => {
    const { taskId, path } = await asked('Forged form');
    const cookie = await signedIn(world.user.bearer);
    for (const wrong of [{ standing_for: '1e9' }, { standing_for: '60', differs: 'a member' }])
      expect((await submit(path, cookie, { decision: 'approve', ...wrong })).statusCode).toBe(400);
    expect(await status(taskId)).toBe('waiting_for_approval');
  });

  it('takes a decline with its reason', async () => {
    const { taskId, path } = await asked('Declined on the page');
    const cookie = await signedIn(world.user.bearer);
    await submit(path, cookie, { decision: 'deny', reason: 'No tea.' });
    expect((await world.task(taskId)).error.detail).toContain('No tea.');
  });

  it('shows nothing to a visitor who is not signed in, and decides nothing', async () => {
    const { taskId, path } = await asked('Forwarded link');
    const page = await open(path);
    expect(page.statusCode).toBe(401);
    expect(page.body).not.toContain('Forwarded link');
    expect((await submit(path, undefined, { decision: 'approve' })).statusCode).toBe(401);
    expect(await status(taskId)).toBe('waiting_for_approval');
  });

  it('shows nothing to another user who has the link', async () => {
    const { taskId, path } = await asked('Link of another');
    const cookie = await signedIn((await world.world.user('eve')).bearer);
    const page = await open(path, cookie);
    expect(page.statusCode).toBe(404);
    expect(page.body).not.toContain('Link of another');
    expect((await submit(path, cookie, { decision: 'approve' })).statusCode).toBe(404);
    expect(await status(taskId)).toBe('waiting_for_approval');
  });

  it.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another site, by its own word', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of ours', { 'sec-fetch-site': 'same-site' }],
    ['no origin', { origin: 'null' }],
  ])('takes no form from %s', async (_, headers) => {
    const { taskId, path } = await asked('Cross-site');
    const cookie = await signedIn(world.user.bearer);
    const answer = await submit(path, cookie, { decision: 'approve' }, headers);
    expect(answer.statusCode).toBe(403);
    expect(await status(taskId)).toBe('waiting_for_approval');
    await world.agent.post(`/v1/tasks/${taskId}/cancel`);
  });

  it('is no way for the agent that asked: a token that it minted decides nothing', async () => {
    const { taskId, path } = await asked('Minted');
    const { body } = await world.agent.post('/v1/users/ada/tokens', {});
    const answer = await submit(path, await signedIn(body.accessToken), { decision: 'approve' });
    expect(answer.statusCode).toBe(403);
    expect(await status(taskId)).toBe('waiting_for_approval');
  });

  it('cannot be framed, kept or run scripts in', async () => {
    const { path } = await asked('Framed');
    const { headers } = await open(path, await signedIn(world.user.bearer));
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('script-src');
    expect(headers['cache-control']).toBe('no-store');
  });

  it('leads nowhere else from the sign-in', async () => {
    const response = await world.world.apps[0].app.inject({
      method: 'POST',
      url: '/connect/session',
      headers: { origin: ORIGIN },
      payload: { user_token: world.user.bearer, continue: 'approvals/../../v1' },
    });
    expect(response.statusCode).toBe(400);
  });
});

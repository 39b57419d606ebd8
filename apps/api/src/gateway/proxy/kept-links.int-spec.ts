import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Caller, type TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';
import { startHost, type Host } from '../testing/host.js';

const DRIVE = 'https://www.googleapis.com/auth/drive.file';
const ada = { 'valetkey-user': 'ada' };

let api: Host;
let elsewhere: Host;
let world: TwinWorld;
let agent: Caller;
let user: Caller;
beforeAll(async () => {
  [api, elsewhere] = await Promise.all([startHost(), startHost()]);
  world = await createGatewayWorld(1, {
    github: {
      apiBaseUrl: `${api.url}/api`,
      uploadBaseUrl: `${api.url}/uploads`,
      downloadOrigins: [elsewhere.url],
    },
    dropbox: { apiBaseUrl: `${api.url}/2`, contentBaseUrl: `${api.url}/content/2` },
  });
  agent = await world.agent();
  user = await world.user('ada');
  await user.connect('google', DRIVE);
  await user.connect('github', 'repo');
  await user.connect(
    'dropbox',
    'files.metadata.read files.content.read files.content.write account_info.read',
  );
});
afterAll(async () => {
  await world.close();
  api.server.close();
  elsewhere.server.close();
});
beforeEach(() => {
  for (const host of [api, elsewhere]) {
    host.received.splice(0);
    host.answer = {};
  }
});

describe('an address that lets in whoever has it', () => {
  const open = async (caller: Caller = agent, headers: Record<string, string> = ada) => {
    const path = '/v1/proxy/google-drive/upload/drive/v3/files?uploadType=resumable';
    const opened = await caller.post(path, { name: 'kept.txt' }, headers);
    return { opened, path: String(opened.headers['location']).replace('http://localhost:3000', '') };
  };

  it('of an upload is kept here; its caller goes on at an address of ours', async () => {
    const { opened, path } = await open();
    expect([opened.status, path]).toEqual([
      200,
      expect.stringMatching(/^\/v1\/proxy\/google-drive\/valetkey-links\/lnk_\w+$/),
    ]);
    expect(JSON.stringify(opened.headers)).not.toMatch(/upload_id|AEnB2U|uploadid/i);
    const asked = await agent.put(path, '', { ...ada, 'content-range': 'bytes */5' });
    expect([asked.status, asked.headers['location']]).toEqual([308, undefined]);
    const done = await agent.put(path, 'hello', { ...ada, 'content-type': 'text/plain' });
    expect([done.status, done.body.name]).toEqual([200, 'kept.txt']);
    expect((await agent.put(path, '', { ...ada, 'content-range': 'bytes */5' })).status).toBe(200);
  });

  it.each([
    ['another agent', () => world.agent(), ada, 404],
    ['the same agent for another user', () => Promise.resolve(agent), { 'valetkey-user': 'mallory' }, 404],
    ['the user', () => Promise.resolve(user), {}, 404],
    ['somebody without a credential', () => Promise.resolve(new Caller(world.apps[0].app)), ada, 401],
  ])('is of no use to %s', async (_, who, headers, status) => {
    const { path } = await open();
    world.twin.control.clearCalls();
    expect((await (await who()).put(path, 'x', headers as Record<string, string>)).status).toBe(status);
    expect(world.twin.control.calls({ path: '/google/upload/drive/v3' })).toEqual([]);
  });

  it('is over after a time, and takes no other method', async () => {
    const { path } = await open();
    const { status, headers } = await agent.get(path, ada);
    expect([status, headers['allow']]).toEqual([405, 'PUT, POST, DELETE']);
    await world.database.query(`UPDATE proxy_links SET expires_at = to_timestamp(0)`);
    expect((await agent.put(path, 'x', ada)).status).toBe(404);
  });

  it('is in no row, event or answer in clear', async () => {
    await open();
    const rows = await Promise.all(
      ['proxy_links', 'audit_events'].map((table) =>
        world.database.query<{ row: string }>(`SELECT t::text AS row FROM ${table} t`),
      ),
    );
    expect(rows.flat().length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toMatch(/upload_id|AEnB2U/);
  });

  it('in a body is kept too, and fetched without the token', async () => {
    api.answer = { body: { metadata: { name: 'a' }, link: `${elsewhere.url}/cd/0/SECRET/file` } };
    const answer = await agent.post('/v1/proxy/dropbox/2/files/get_temporary_link', { path: '/a' }, ada);
    expect(answer.body.link).toMatch(
      /^http:\/\/localhost:3000\/v1\/proxy\/dropbox\/valetkey-links\/lnk_\w+$/,
    );
    elsewhere.answer = { body: 'content', headers: { 'content-type': 'text/plain', location: '/SECRET' } };
    const fetched = await agent.get(answer.body.link.replace('http://localhost:3000', ''), ada);
    expect([fetched.status, fetched.text]).toEqual([200, 'content']);
    expect(elsewhere.received).toMatchObject([{ url: '/cd/0/SECRET/file' }]);
    expect(JSON.stringify(elsewhere.received[0]?.headers)).not.toMatch(/authorization|vk_agent_|ada/);
    expect(JSON.stringify([answer.headers, answer.text, fetched.headers])).not.toContain('SECRET');
  });
});

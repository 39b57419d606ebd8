/** The way back in for somebody who lost the password, with the built server and the command on its machine. */
import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OPERATOR_PASSWORD, startServer, totpCode, type Server } from './kit/index.js';

const COMMAND = fileURLToPath(new URL('../apps/api/dist/operators-command.js', import.meta.url));
const EMAIL = 'owner@example.com';
const NEW = 'a password of my own';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

async function command(...words: string[]) {
  const env = { PATH: process.env['PATH'], PORT: String(server.port), VALETKEY_DATA_DIR: server.dataDir };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...words], { env });
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}
const signIn = (password: string) =>
  server.anonymous.post('/v1/operator/session', { email: EMAIL, password });

it('lists operators and makes a link that sets a password once, beside the running server, on record', async () => {
  expect((await signIn(OPERATOR_PASSWORD)).status).toBe(200);
  expect((await command('list')).stdout).toMatch(
    /^owner@example\.com {2}owner {2}active {2}last sign-in: 20/,
  );
  const { code, stdout } = await command('reset', EMAIL);
  expect(code).toBe(0);
  const token = /#\/set-password\/([\w-]{43})\n/.exec(stdout)?.[1];
  expect((await signIn(OPERATOR_PASSWORD)).status).toBe(200);
  const use = () => server.anonymous.put('/v1/operator/password-link', { token, password: NEW });
  expect([(await use()).status, (await use()).status]).toEqual([204, 410]);
  expect([(await signIn(OPERATOR_PASSWORD)).status, (await signIn(NEW)).status]).toEqual([401, 200]);
  const { body } = await server.operator.get('/v1/audit-events?type=operator.password_reset');
  expect(body.data).toEqual([
    expect.objectContaining({ actor: { type: 'system', id: 'operators-command' }, outcome: 'succeeded' }),
  ]);
  expect(server.output()).not.toContain(token);
});

it('removes the second factor of somebody who lost the phone, when the link is used, on record', async () => {
  const { headers, body: session } = await signIn(NEW);
  const cookie = headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');
  const asOwner = { cookie, 'valetkey-csrf': session.csrfToken };
  const { body: totp } = await server.anonymous.post('/v1/operator/account/totp', {}, asOwner);
  const confirmation = { body: { code: totpCode(totp.secret) }, headers: asOwner };
  const confirmed = await server.anonymous.request('PUT', '/v1/operator/account/totp', confirmation);
  expect(confirmed.status).toBe(200);
  expect((await signIn(NEW)).body.code).toBe('second_factor_required');

  const { stdout } = await command('reset', EMAIL);
  expect(stdout).toContain('removes their second factor');
  expect((await signIn(NEW)).body.code).toBe('second_factor_required');
  const token = /#\/set-password\/([\w-]{43})\n/.exec(stdout)?.[1];
  const set = { token, password: 'a third password of mine' };
  expect((await server.anonymous.put('/v1/operator/password-link', set)).status).toBe(204);
  expect((await signIn('a third password of mine')).status).toBe(200);
  const { body } = await server.operator.get('/v1/audit-events?type=operator.factor_removed');
  expect(body.data).toEqual([expect.objectContaining({ detail: expect.objectContaining({ by: 'reset' }) })]);
  expect(server.output()).not.toContain(totp.secret);
});

it('says what is wrong with a command', async () => {
  expect(await command('reset', 'nobody@example.com')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no operator nobody@example.com'),
  });
  expect(await command('reset')).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage:') });
});

import { describe, expect, it } from '@jest/globals';
import { Log } from './log.js';

const LEFT_OUT = '[left out]';

describe('the log', () => {
  it.each([
    ['an agent key', 'vk_agent_Zm9vYmFyYmF6cXV4'],
    ['an operator key', 'vk_op_Zm9vYmFyYmF6cXV4-_x'],
    ['a Google access token', 'ya29.a0AfH6SMB-x_y.z'],
    ['a Google refresh token', '1//0gdz-abcDEF_123'],
    ['a Google authorization code', '4/0AX4XfWh-abc_DEF'],
    ['a Google client secret', 'GOCSPX-abc_DEF-123'],
    ['a GitHub token', 'gho_16C7e42F292c6912E7710c838347Ae178B4a'],
    ['a GitHub App refresh token', 'ghr_1B4a2e77838347a7E420ce178F2E7c6912E1'],
    ['a fine-grained GitHub token', 'github_pat_11ABCDEFG0_xyz123'],
    ['a Dropbox token', 'sl.u.AFabc-123_x'],
    ['a JWT', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln-_x'],
    ['a token in a header', 'Bearer opaque-token-of-an-unknown-server'],
  ])('leaves out %s wherever it stands', (_, secret) => {
    const error = new Error(`refused (${secret})`);
    const lines = logged((log) => {
      log.error(`called with ${secret}, twice: ${secret}`, {
        note: `x ${secret} y`,
        list: [secret, { deep: [`a ${secret}`] }],
        error,
        errors: [error],
        nested: { error: Object.assign(new Error('outer'), { cause: error }) },
      });
      log.error(error);
    });
    expect(lines.join()).not.toContain(secret.replace('Bearer ', ''));
    expect(lines[0]).toContain(LEFT_OUT);
  });

  it.each([
    'accessToken',
    'refresh_token',
    'clientSecret',
    'password',
    'authorization',
    'Cookie',
    'code',
    'codeVerifier',
    'apiKey',
  ])('leaves out what is called %s, whatever it looks like', (name) => {
    const lines = logged((log) => log.warn('x', { [name]: 'harmless', list: [{ [name]: ['harmless'] }] }));
    expect(lines.join()).not.toContain('harmless');
  });

  it('keeps what is no secret: ids, hashes, counts and times', () => {
    const members = {
      taskId: 'tsk_1',
      tokenHash: 'ab12',
      attempts: 3,
      ok: true,
      none: null,
      list: ['con_1', 2],
    };
    const [line] = logged((log) => log.log('done', { ...members, at: new Date(0) }));
    expect(JSON.parse(line ?? '')).toMatchObject({
      ...members,
      at: '1970-01-01T00:00:00.000Z',
      msg: 'done',
      level: 30,
    });
  });

  it('tells an error with its name, message and stack', () => {
    const [line] = logged((log) => log.error('failed', { error: new TypeError('no such thing') }));
    const { error } = JSON.parse(line ?? '') as { error: Record<string, string> };
    expect(error).toMatchObject({ name: 'TypeError', message: 'no such thing' });
    expect(error['stack']).toContain('log.spec');
  });

  it('survives what contains itself', () => {
    const round: Record<string, unknown> = { id: 'con_1' };
    round['self'] = round;
    expect(logged((log) => log.log('round', { round }))[0]).toContain('con_1');
  });

  it('stays silent below its level', () => {
    expect(logged((log) => log.debug('x'), 'info')).toEqual([]);
    expect(logged((log) => log.error('x'), 'silent')).toEqual([]);
  });
});

function logged(work: (log: Log) => void, level = 'debug'): string[] {
  const lines: string[] = [];
  work(new Log(level, { write: (line) => void lines.push(line) }));
  return lines;
}

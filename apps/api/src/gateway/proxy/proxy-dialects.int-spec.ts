import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller, TwinWorld } from '../../platform/testing/index.js';
import { createGatewayWorld } from '../testing/gateway-world.js';

const ada = { 'valetkey-user': 'ada' };

let world: TwinWorld;
let agent: Caller;
beforeAll(async () => {
  world = await createGatewayWorld();
  agent = await world.agent();
});
afterAll(() => world.close());

describe('a problem of ours', () => {
  it.each([
    ['github', '/user', { message: expect.stringContaining('authorizationUri'), status: 403 }],
    [
      'google-drive',
      '/files',
      { error: { code: 403, message: expect.any(String), errors: [expect.anything()] } },
    ],
    [
      'dropbox',
      '/2/users/get_current_account',
      {
        error_summary: expect.stringContaining('authorization_required/'),
        error: { '.tag': 'authorization_required' },
      },
    ],
  ])(
    'reads as the clients of %s expect, beside the members of problem details',
    async (provider, path, members) => {
      const headers = { 'valetkey-user': 'nobody-yet', accept: 'application/json' };
      const url = `/v1/proxy/${provider}${path}`;
      const answer = await (provider === 'dropbox' ? agent.post(url, {}, headers) : agent.get(url, headers));
      expect(answer.headers['content-type']).toContain('application/json');
      expect(answer.body).toMatchObject({
        code: 'authorization_required',
        detail: expect.any(String),
        ...members,
      });
      expect(answer.body.authorizationUri).toContain('/connect/');
    },
  );

  it.each([
    ['*/*', 'application/json'],
    ['text/plain', 'application/json'],
    ['application/problem+json', 'application/problem+json'],
  ])('comes to the clients of a provider for Accept: %s as %s', async (accept, type) => {
    const { headers } = await agent.get('/v1/proxy/github/user', { 'valetkey-user': 'nobody-yet', accept });
    expect(headers['content-type']).toContain(type);
  });

  it.each([
    ['application/json', 'application/json'],
    ['application/vnd.github.v3+json', 'application/json'],
    ['application/json, text/plain, */*', 'application/json'],
    ['application/problem+json, application/json', 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['text/html', 'application/problem+json'],
  ])('comes for Accept: %s as %s', async (accept, type) => {
    const { headers } = await agent.get('/v1/proxy/acme/x', { ...ada, accept });
    expect(headers['content-type']).toContain(type);
  });
});

import { describe, expect, it } from '@jest/globals';
import { METHODS, routes } from './testing/route-walk.js';

describe('the routes that ask a session at the dashboard for a proof of late', () => {
  const asking = (isWhole: boolean) =>
    routes
      .filter(({ stepsUp }) => stepsUp !== undefined && (stepsUp === 'always') === isWhole)
      .map(({ path, method }) => `${METHODS[method]} ${path}`)
      .sort();

  it('on each request are these and no others', () => {
    expect(asking(true)).toEqual([
      'DELETE /v1/operator/account/passkeys/:id',
      'DELETE /v1/operator/account/totp',
      'DELETE /v1/operator/operators/:id',
      'DELETE /v1/operator/users/:id',
      'DELETE /v1/users/:userId',
      'POST /v1/agents',
      'POST /v1/operator/account/passkeys/challenges',
      'POST /v1/operator/account/recovery-codes',
      'POST /v1/operator/account/totp',
      'POST /v1/operator/agents',
      'POST /v1/operator/agents/:id/keys',
      'POST /v1/operator/audit-erasures',
      'POST /v1/operator/audit-trims',
      'POST /v1/operator/mcp-servers',
      'POST /v1/operator/operator-keys',
      'POST /v1/operator/operators',
      'POST /v1/operator/operators/:id/invitations',
      'POST /v1/operator/operators/:id/single-sign-on',
      'POST /v1/operator/providers',
      'POST /v1/operator/vault/keys',
      'POST /v1/operator/vault/rewraps',
    ]);
  });

  it('on a dangerous request are these and no others, and say when', () => {
    expect(asking(false)).toEqual([
      'PATCH /v1/operator/agents/:id',
      'PATCH /v1/operator/connectors/:id',
      'PATCH /v1/operator/operators/:id',
      'POST /v1/operator/connectors/:id/disable',
      'PUT /v1/operator/account/password',
      'PUT /v1/operator/agents/:id',
      'PUT /v1/operator/connectors/:id',
    ]);
    for (const { stepsUp } of routes)
      if (typeof stepsUp === 'object') expect(stepsUp.inHandlerWhen.length).toBeGreaterThan(15);
  });
});

describe('the routes open to operators without the second factor that is required', () => {
  it('are those by which they set it up, and no others', () => {
    const open = routes.filter(({ unenrolled }) => unenrolled);
    expect(open.map(({ path, method }) => `${METHODS[method]} ${path}`).sort()).toEqual([
      'DELETE /v1/operator/session',
      'GET /v1/operator/account/second-factor',
      'GET /v1/operator/session',
      'POST /v1/operator/account/passkeys',
      'POST /v1/operator/account/passkeys/challenges',
      'POST /v1/operator/account/totp',
      'POST /v1/operator/session/proof',
      'POST /v1/operator/session/proof/challenges',
      'POST /v1/operator/session/proof/sso',
      'PUT /v1/operator/account/totp',
    ]);
  });
});

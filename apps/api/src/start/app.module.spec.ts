import { describe, expect, it } from '@jest/globals';
import { AUDIT_TYPES, type AuditDeclaration } from '../audit/index.js';
import { callersAt, VERBS } from '../platform/index.js';
import { declarationOf, GET, providers, routes } from './testing/route-walk.js';

/** Everything that begins to work by itself when the application has started: processors of queues, and jobs. */
const workers = providers.filter(({ prototype }) => typeof prototype?.onApplicationBootstrap === 'function');

/** Recorded by no route or worker of its own: refusals, for all routes; and what a start, a migration or a command on the machine does. */
const DECLARED_ELSEWHERE = [
  'access.denied',
  'audit_log.continued',
  'operator.created',
  'operator.password_reset',
];

/** Where somebody who is not signed in yet shows something other than a session. */
const OF_VISITORS = [
  '/v1/operator/session',
  '/v1/operator/session/passkey',
  '/v1/operator/session/passkey/challenges',
  '/v1/operator/session/second-factor',
  '/v1/operator/session/second-factor/challenges',
  '/v1/operator/session/sso',
  '/v1/operator/password-link',
];

/** Open to everybody: how one signs in, and where the issuer of single sign-on sends people. */
const OF_SIGN_IN = ['/v1/operator/session/options', '/v1/operator/session/sso/callback'];

/** Those that only say that there is no such thing here. */
const OF_OTHER_PRODUCTS =
  /^\/(?:(?:integrations|providers|records|sync|action|scripts|environment-variables)(?:\/\*)?|connections(?:\/metadata)?)$/;

describe('every route of the API', () => {
  it('is found by this walk', () => {
    expect(routes.length).toBeGreaterThan(45);
    expect(new Set(routes.map(({ name }) => name.split('.')[0])).size).toBeGreaterThan(10);
  });

  it.each(routes.map((route) => [route.name, route] as const))(
    '%s declares who may call it',
    (_, { access }) => {
      expect(access).toBeDefined();
      if (access?.publicBecause === undefined) expect(access?.callers.length).toBeGreaterThan(0);
      else expect(access.publicBecause.length).toBeGreaterThan(15);
    },
  );
});

describe('every route that lets agents in', () => {
  const open = routes.filter(
    ({ access, path }) =>
      access?.callers.includes('agent') && callersAt(path, access.callers).includes('agent'),
  );

  it.each(open.map((route) => [`${route.name} (${route.method})`, route] as const))(
    '%s says what the policy is asked before, or why its handler asks',
    (_, { asks }) => {
      expect(asks).toBeDefined();
      if (asks && 'inHandlerBecause' in asks) expect(asks.inHandlerBecause.length).toBeGreaterThan(15);
    },
  );

  it('leaves no word for what agents may do without a route that asks it', () => {
    const asked = open.flatMap(({ asks }) => (asks && 'verb' in asks ? [asks.verb] : []));
    // Its handler asks it, see below.
    const inHandler = ['connection.disconnect'];
    const all = [...asked, ...inHandler];
    expect(Object.keys(VERBS).filter((verb) => !all.includes(verb as never))).toEqual([]);
  });

  it('leaves asking to its handler on these and no others', () => {
    const own = open.filter(({ asks }) => asks && 'inHandlerBecause' in asks).map(({ path }) => path);
    expect(own.filter((path) => !OF_OTHER_PRODUCTS.test(path)).sort()).toEqual([
      '/connect/sessions',
      '/connect/sessions/reconnect',
      '/connection/:id',
      '/connection/:id',
      '/connections/:id',
      '/connections/:id',
      '/connections/:id',
      '/mcp',
      '/proxy/*',
      '/v1/actions/:action',
      '/v1/connections/:id',
      '/v1/proxy/:provider/*',
      '/v1/tasks/batch',
    ]);
  });
});

describe('what is recorded', () => {
  it.each(routes.map((route) => [`${route.name} (${route.method})`, route] as const))(
    'is declared by %s, or why nothing is',
    (_, { audited }) => expectDeclared(audited),
  );

  it('is declared by everything that works by itself, or why nothing is', () => {
    expect(workers.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['TaskWorker', 'ConnectionQueue', 'RefreshAhead', 'RunRewrap']),
    );
    for (const worker of workers) expectDeclared(declarationOf(worker));
  });

  it('is nothing for no route but those that read and those of this list', () => {
    const silent = routes.filter(({ audited, method }) => method !== GET && audited?.audits.length === 0);
    expect(
      silent
        .map(({ path }) => path)
        .filter((path) => !OF_OTHER_PRODUCTS.test(path))
        .sort(),
    ).toEqual([
      '/connect/:id',
      '/connect/demo-session',
      '/connect/session',
      '/connections/:id',
      '/oauth/callback/:target',
      '/oauth2/register',
      '/v1/operator/account/passkeys/challenges',
      '/v1/operator/account/totp',
      '/v1/operator/password-link',
      '/v1/operator/policy-decisions',
      '/v1/operator/session/passkey/challenges',
      '/v1/operator/session/proof/challenges',
      '/v1/operator/session/proof/sso',
      '/v1/operator/session/second-factor/challenges',
      '/v1/operator/session/sso',
    ]);
  });

  it('leaves no word of the vocabulary without somebody who says it', () => {
    const said = [...routes.map(({ audited }) => audited), ...workers.map(declarationOf)];
    const types = new Set<string>([...said.flatMap((each) => each?.audits ?? []), ...DECLARED_ELSEWHERE]);
    expect(AUDIT_TYPES.filter((type) => !types.has(type))).toEqual([]);
  });
});

describe('the routes that let everyone in', () => {
  it('are these and no others', () => {
    const open = routes.filter(({ access }) => access?.publicBecause !== undefined).map(({ path }) => path);
    expect([...new Set(open)].sort()).toEqual([
      '/.well-known/audit-keys.json',
      '/.well-known/jwks.json',
      '/.well-known/oauth-authorization-server',
      '/.well-known/oauth-protected-resource/mcp',
      '/audit/checkpoint',
      '/audit/tile/*',
      '/connect/:id',
      '/connect/:id/key',
      '/connect/:id/rest',
      '/connect/approvals',
      '/connect/approvals/:id',
      '/connect/approvals/:id/decision',
      '/connect/clients',
      '/connect/clients/:id/end',
      '/connect/clients/:uid',
      '/connect/clients/:uid/decision',
      '/connect/connections/:id/disconnect',
      '/connect/demo-session',
      '/connect/history',
      '/connect/history/events/:id/proof',
      '/connect/session',
      '/connect/standing-approvals/:id/end',
      '/health/live',
      '/health/ready',
      '/metrics',
      '/oauth/callback/:target',
      '/oauth/clients/:target',
      '/oauth2/authorize',
      '/oauth2/authorize/:uid',
      '/oauth2/jwks',
      '/oauth2/register',
      '/oauth2/revoke',
      '/oauth2/token',
      '/v1/operator/password-link',
      '/v1/operator/session',
      '/v1/operator/session/options',
      '/v1/operator/session/passkey',
      '/v1/operator/session/passkey/challenges',
      '/v1/operator/session/second-factor',
      '/v1/operator/session/second-factor/challenges',
      '/v1/operator/session/sso',
      '/v1/operator/session/sso/callback',
    ]);
  });
});

describe('the routes of operators', () => {
  it('let nobody else in, but for the sign-in and the link that sets a password', () => {
    const wide = routes
      .filter(
        ({ path, method }) =>
          path.startsWith('/v1/operator/') &&
          !(OF_VISITORS.includes(path) && method !== GET) &&
          !OF_SIGN_IN.includes(path),
      )
      .filter(({ access }) => !access?.callers.includes('operator') || access.publicBecause !== undefined);
    expect(wide).toEqual([]);
  });
});

describe('the routes that hand out or run something for a user', () => {
  it.each(['/v1/actions/:action', '/v1/connections/:id/access-token'])(
    '%s is closed to operators',
    (path) => {
      const found = routes.filter((route) => route.path === path);
      expect(found).toHaveLength(1);
      expect(found[0]?.access?.callers).not.toContain('operator');
    },
  );

  // Those of one connection share their handlers with agents' and operators' routes; the guard keeps them for users.
  it('of the Account API are for users alone', () => {
    const account = routes.filter(
      ({ path }) => /^\/(api|my-account)\//.test(path) && !/connections\/:id(\/check)?$/.test(path),
    );
    expect(account.length).toBeGreaterThan(8);
    expect(account.filter(({ access }) => access?.callers.join() !== 'user')).toEqual([]);
  });
});

function expectDeclared(declared: AuditDeclaration | undefined): void {
  expect(declared).toBeDefined();
  if (declared?.audits.length === 0) expect(declared.because?.length).toBeGreaterThan(15);
}

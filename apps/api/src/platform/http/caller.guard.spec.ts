import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, HttpException, Module, Param, Post } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Log } from '../log/log.js';
import { Caller as Client, type Answer } from '../testing/caller.js';
import { testSettings } from '../testing/test-app.js';
import { AllowCallers, CurrentCaller, LetAuditors, Public, type Caller } from './caller.js';
import { AsksInHandler, RoutePolicies } from './asks.js';
import { CallerGuard, CredentialReaders } from './caller.guard.js';
import { CATALOGUE, Problem, type ProblemEntry, type ProblemName } from '../problems/index.js';
import { RequestLimits } from './request-limits.js';
import { ProblemFilter } from './problem.filter.js';

const CALLERS: Record<string, Caller> = {
  agent: { type: 'agent', id: 'agt_1', name: 'Spec', keyId: 'key_1', rawTokens: false, userTokens: 'any' },
  user: { type: 'user', id: 'ada', rawTokens: true },
  owner: { type: 'operator', id: 'opr_1', role: 'owner', via: 'key' },
  auditor: { type: 'operator', id: 'opr_2', role: 'auditor', via: 'session' },
};
const SECRET = 'ya29.secret-of-a-user';

@Controller()
class Doors {
  @Get('agents')
  @AllowCallers('agent')
  @AsksInHandler('for this spec')
  agents(@CurrentCaller() caller: Caller) {
    return caller;
  }

  @Get('operators')
  @AllowCallers('operator')
  read() {
    return 'read';
  }

  @Post('operators')
  @AllowCallers('operator')
  write() {
    return 'written';
  }

  @Delete('operators')
  @AllowCallers('agent', 'operator')
  @AsksInHandler('for this spec')
  remove() {
    return 'removed';
  }

  @Post('harmless')
  @AllowCallers('operator')
  @LetAuditors()
  harmless() {
    return 'tried';
  }

  @Get('open')
  @Public('for this spec')
  open() {
    return 'open';
  }

  @Get('forgotten')
  forgotten() {
    return 'nobody may read this';
  }

  @Get('broken')
  @Public('for this spec')
  broken(): never {
    throw new Error(`database says ${SECRET}`);
  }

  @Get('api/problem')
  @Public('for this spec')
  problem(): never {
    throw new Problem('connector_disabled', { target: 'spec' }, { 'retry-after': '3' });
  }

  @Get('problems/:name')
  @Public('for this spec')
  named(@Param('name') name: ProblemName): never {
    throw Problem.exampleOf(name);
  }

  @Get('teapot')
  @Public('for this spec')
  teapot(): never {
    throw new HttpException('short and stout', 418);
  }
}

@Module({
  controllers: [Doors],
  providers: [
    CredentialReaders,
    RoutePolicies,
    { provide: RequestLimits, useValue: new RequestLimits(testSettings()) },
    ProblemFilter,
    { provide: Log, useValue: new Log('error', { write: (line) => void logged.push(line) }) },
    { provide: APP_GUARD, useClass: CallerGuard },
    { provide: APP_FILTER, useExisting: ProblemFilter },
  ],
})
class Spec {}

const logged: string[] = [];
let app: NestFastifyApplication;
beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(Spec, new FastifyAdapter(), { logger: false });
  await app.init();
  app.get(RoutePolicies).register({ ask: async () => undefined });
  app.get(CredentialReaders).register({ read: async (_, bearer) => CALLERS[bearer ?? ''] });
  app.get(ProblemFilter).addDialect({
    prefixes: ['/api/'],
    translate: (problem) => ({ ...problem, code: 'dialect.code' }),
  });
});
afterAll(() => app.close());

const as = (bearer?: string) => new Client(app, bearer);
const told = ({ status, body }: Answer) => [status, body.code];

describe('the guard at the door', () => {
  it('lets in the kind of caller that the route names, and hands it on', async () => {
    expect((await as('agent').get('/agents')).body).toEqual(CALLERS['agent']);
  });

  it.each(['user', 'owner'])('tells a %s which kind of credential is needed', async (who) => {
    const answer = await as(who).get('/agents');
    expect(told(answer)).toEqual([403, 'wrong_credential_kind']);
    expect(answer.body).toMatchObject({
      neededCredentials: ['agent'],
      detail: expect.stringContaining('vk_agent_'),
    });
  });

  it('asks for a credential where none came, and says how to send it', async () => {
    const answer = await as().get('/agents');
    expect([...told(answer), answer.headers['www-authenticate']]).toEqual([
      401,
      'authentication_required',
      'Bearer realm="valetkey"',
    ]);
  });

  it.each(['Bearer unknown', 'Bearer', 'Basic YTpi', 'agent', 'Bearer agent extra', ''])(
    'refuses "Authorization: %s" as not valid',
    async (authorization) => {
      const answer = await as().get('/agents', { authorization });
      expect([...told(answer), answer.headers['www-authenticate']]).toEqual([
        401,
        'invalid_credential',
        'Bearer realm="valetkey", error="invalid_token"',
      ]);
    },
  );

  it('takes the scheme in any case', async () => {
    expect((await as().get('/agents', { authorization: 'bEARER  agent' })).status).toBe(200);
  });

  it('lets an auditor read and nothing else', async () => {
    expect((await as('auditor').get('/operators')).status).toBe(200);
    expect(told(await as('auditor').post('/operators'))).toEqual([403, 'read_only_role']);
    expect(told(await as('auditor').delete('/operators'))).toEqual([403, 'read_only_role']);
    expect((await as('auditor').post('/harmless')).status).toBe(201);
    expect((await as('agent').post('/harmless')).status).toBe(403);
    expect((await as('owner').post('/operators')).status).toBe(201);
  });

  it.each([
    ['nobody', undefined, 401],
    ['somebody unknown', 'unknown', 401],
    ['another kind of caller', 'agent', 403],
    ['a user', 'user', 403],
    ['an auditor', 'auditor', 403],
    ['whoever may come in', 'owner', 400],
  ])('judges %s before it reads their body', async (_, bearer, status) => {
    const response = await app.inject({
      method: 'POST',
      url: '/operators',
      headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
      payload: '{"not": JSON',
    });
    expect(response.statusCode).toBe(status);
  });

  it('lets nobody in where a route names nobody', async () => {
    for (const who of Object.keys(CALLERS)) expect((await as(who).get('/forgotten')).status).toBe(403);
    expect((await as().get('/forgotten')).status).toBe(401);
  });

  it('reads no credential where everyone may come in', async () => {
    expect((await as('unknown').get('/open')).status).toBe(200);
  });
});

describe('what is thrown', () => {
  it('reaches the caller as problem details that nobody keeps', async () => {
    const answer = await as().get('/api/problem');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'retry-after': '3',
    });
    expect(answer.body).toEqual({
      type: 'urn:valetkey:problem:dialect.code',
      title: 'Dialect code',
      status: 403,
      detail: 'Connector "spec" is disabled. It serves nobody until an operator enables it again.',
      code: 'dialect.code',
      instance: expect.any(String),
      target: 'spec',
    });
  });

  it.each(Object.entries<ProblemEntry>(CATALOGUE))(
    'answers %s as the catalogue has it',
    async (name, entry) => {
      const { status, body } = await as().get(`/problems/${name}`);
      expect([status, body.status, body.code]).toEqual([entry.status, entry.status, name.split('.')[0]]);
      const words = entry.detail.split(/\{\w+\}/);
      for (const part of words) expect(body.detail).toContain(part);
      expect(body.detail).not.toMatch(/[{}]|undefined/);
      expect(body).toMatchObject({ ...(entry.retryable && { retryable: true }) });
    },
  );

  it('keeps our own mistakes to ourselves: the caller gets an id, the log gets the error without secrets', async () => {
    const answer = await as().get('/broken');
    expect(told(answer)).toEqual([500, 'internal_error']);
    expect(answer.body.detail).toContain(answer.body.instance);
    expect(answer.text).not.toMatch(/database|ya29\./);
    expect(logged.join()).toContain(answer.body.instance);
    expect(logged.join()).toContain('database says');
    expect(logged.join()).not.toContain(SECRET);
  });

  it('by the framework becomes a problem, too', async () => {
    expect(told(await as().get('/nowhere'))).toEqual([404, 'not_found']);
    expect(told(await as().get('/teapot'))).toEqual([418, 'invalid_request']);
    expect(told(await as().post('/open', '{"half', { 'content-type': 'application/json' }))).toEqual([
      400,
      'invalid_input',
    ]);
    expect(told(await as('owner').post('/operators', 'x', { 'content-type': 'text/csv' }))).toEqual([
      415,
      'unsupported_media_type',
    ]);
  });
});

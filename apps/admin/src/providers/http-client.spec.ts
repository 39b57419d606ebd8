import { httpClient } from './http-client';
import { forgetSession, keepSession } from './session';
import { provideStepUp } from './step-up';

const session = (csrfToken: string) => ({
  operator: { id: 'opr_1', email: 'eve@example.com', role: 'owner' as const },
  csrfToken,
  mustEnrol: false,
});

interface Call {
  url: string;
  method: string;
  csrf: string | null;
}

const realFetch = globalThis.fetch;
let calls: Call[] = [];

/** Answers each call with the next of the given responses and keeps what was sent. */
const answerWith = (...responses: Response[]) => {
  calls = [];
  globalThis.fetch = (async (url: string, options: RequestInit = {}) => {
    const headers = new Headers(options.headers);
    calls.push({ url, method: options.method ?? 'GET', csrf: headers.get('Valetkey-CSRF') });
    const next = responses.shift();
    if (!next) throw new TypeError('Failed to fetch');
    return next;
  }) as typeof fetch;
};

const problem = (status: number, body: object, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });

afterEach(() => {
  globalThis.fetch = realFetch;
  forgetSession();
});

describe('calls to the operator API', () => {
  it('send the CSRF token with changes and not with reads', async () => {
    keepSession(session('one'));
    answerWith(new Response('[]'), new Response('{}'));
    await httpClient('/read');
    await httpClient('/change', { method: 'POST' });
    expect(calls.map(({ csrf }) => csrf)).toEqual([null, 'one']);
  });

  it('fail with the detail of the problem', async () => {
    answerWith(
      problem(409, { title: 'Conflict', detail: 'Another agent has this name.', code: 'name_taken' }),
    );
    await expect(httpClient('/x')).rejects.toMatchObject({
      message: 'Another agent has this name.',
      status: 409,
      body: { code: 'name_taken' },
    });
  });

  it('say how long a lockout lasts', async () => {
    answerWith(problem(429, { code: 'too_many_attempts' }, { 'Retry-After': '30' }));
    await expect(httpClient('/x')).rejects.toMatchObject({ status: 429, retryAfter: 30 });
  });

  it('survive an answer that is not JSON', async () => {
    answerWith(new Response('<html>', { status: 502 }));
    await expect(httpClient('/x')).rejects.toMatchObject({
      message: 'The server is not answering right now.',
    });
  });

  it('say that the server cannot be reached', async () => {
    answerWith();
    await expect(httpClient('/x')).rejects.toMatchObject({ status: 0 });
  });

  it('fetch a new CSRF token once when another tab has replaced it', async () => {
    keepSession(session('old'));
    answerWith(
      problem(403, { code: 'csrf_token_invalid' }),
      new Response(JSON.stringify(session('new'))),
      new Response('{}'),
    );
    await httpClient('/change', { method: 'POST' });
    expect(calls).toEqual([
      { url: '/change', method: 'POST', csrf: 'old' },
      { url: '/v1/operator/session', method: 'GET', csrf: null },
      { url: '/change', method: 'POST', csrf: 'new' },
    ]);
  });
});

describe('a call that wants a proof of who the person is', () => {
  const refusal = () => problem(403, { code: 'step_up_required', maxAge: 600 });
  let asked = 0;
  let takeAway: () => void = () => undefined;
  const answering = (isProven: boolean) => {
    asked = 0;
    takeAway = provideStepUp(async () => {
      asked += 1;
      return isProven;
    });
  };
  afterEach(() => takeAway());

  it('is repeated once after the proof', async () => {
    answering(true);
    answerWith(refusal(), new Response('{"done":true}'));
    expect((await httpClient('/danger', { method: 'POST' })).json).toEqual({ done: true });
    expect([asked, calls.length]).toEqual([1, 2]);
  });

  it('asks once for several calls at a time', async () => {
    answering(true);
    answerWith(refusal(), refusal(), new Response('{}'), new Response('{}'));
    await Promise.all([httpClient('/one', { method: 'POST' }), httpClient('/two', { method: 'POST' })]);
    expect([asked, calls.length]).toEqual([1, 4]);
  });

  it('says that nothing was done where the person gives none', async () => {
    answering(false);
    answerWith(refusal());
    await expect(httpClient('/danger', { method: 'POST' })).rejects.toThrow('Nothing was done');
    expect(calls).toHaveLength(1);
  });

  it('fails where it is refused again', async () => {
    answering(true);
    answerWith(refusal(), refusal());
    await expect(httpClient('/danger', { method: 'POST' })).rejects.toMatchObject({ status: 403 });
    expect(asked).toBe(1);
  });
});

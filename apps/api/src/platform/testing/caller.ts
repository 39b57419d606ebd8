import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { answerConsent, type ConsentAnswer } from '@valetkey/twin';

/** The operator key that every spec's settings hold. */
export const OPERATOR_KEY = 'vk_op_specs_only_5d1f0a9c37e8b264c1d79e03';

/** Where the calling app of the specs receives its callbacks. */
export const APP_CALLBACK = 'http://localhost:8080/callback';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies of answers, judged by the specs
  readonly body: any;
  readonly text: string;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

/** Of each process the one who mints its users' tokens: limits count what callers ask for. */
const MINTERS = new WeakMap<NestFastifyApplication, Promise<Caller>>();

/** Somebody who calls the API, with or without a credential. */
export class Caller {
  constructor(
    private readonly app: NestFastifyApplication,
    readonly bearer?: string,
  ) {}

  static operator(app: NestFastifyApplication): Caller {
    return new Caller(app, OPERATOR_KEY);
  }

  /** A user with a token that we minted. */
  static async user(app: NestFastifyApplication, userId: string): Promise<Caller> {
    const minter = MINTERS.get(app) ?? Caller.minter(app);
    MINTERS.set(app, minter);
    const path = `/v1/users/${encodeURIComponent(userId)}/tokens`;
    const { body } = await (await minter).post(path, { expiresIn: 30 * 86_400 });
    return new Caller(app, body.accessToken);
  }

  /** An agent's tokens may read access tokens, an operator's not; some specs do without agents. */
  private static async minter(app: NestFastifyApplication): Promise<Caller> {
    const { body: agent } = await Caller.operator(app).post('/v1/agents', { name: 'App' });
    return agent.key === undefined ? Caller.operator(app) : new Caller(app, agent.key);
  }

  /** A new agent with its key. */
  static async agent(app: NestFastifyApplication, rawTokens = false): Promise<Caller> {
    const { body } = await Caller.operator(app).post('/v1/agents', { name: 'Spec', rawTokens });
    return new Caller(app, body.key);
  }

  get(url: string, headers: Headers = {}): Promise<Answer> {
    return this.call('GET', url, undefined, headers);
  }

  post(url: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return this.call('POST', url, body, headers);
  }

  put(url: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return this.call('PUT', url, body, headers);
  }

  patch(url: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
    return this.call('PATCH', url, body, headers);
  }

  delete(url: string, headers: Headers = {}): Promise<Answer> {
    return this.call('DELETE', url, undefined, headers);
  }

  /** The guide's trip up to the verified record: start, consent, verify. */
  async verifiedRecord(target: string, scope: string, answer: ConsentAnswer = {}): Promise<string> {
    const request = { connectorId: target, state: 'spec-state', redirectUri: APP_CALLBACK, scope };
    const started = expectStatus(201, await this.post('/api/verification/social', request));
    const { verificationRecordId, authorizationUri } = started.body;
    const callback = new URL(await answerConsent(authorizationUri, answer)).searchParams;
    const connectorData = { ...Object.fromEntries(callback), redirectUri: APP_CALLBACK };
    expectStatus(
      200,
      await this.post('/api/verification/social/verify', { verificationRecordId, connectorData }),
    );
    return verificationRecordId;
  }

  store(target: string, verificationRecordId: string): Promise<Answer> {
    return this.put(`/my-account/identities/${target}/access-token`, { verificationRecordId });
  }

  /** The whole trip; gives the connection's id. */
  async connect(target: string, scope: string, answer: ConsentAnswer = {}): Promise<string> {
    expectStatus(200, await this.store(target, await this.verifiedRecord(target, scope, answer)));
    const { body } = await this.get(`/my-account/connections?target=${target}&limit=1`);
    return body.data[0].id;
  }

  private async call(method: Method, url: string, body: unknown, headers: Headers): Promise<Answer> {
    const authorization: Headers =
      this.bearer === undefined ? {} : { authorization: `Bearer ${this.bearer}` };
    const response = await this.app.inject({
      method,
      url,
      headers: { ...authorization, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    return {
      status: response.statusCode,
      headers: response.headers,
      body: parsed(response.body),
      text: response.body,
    };
  }
}

/** Signs in at the dashboard and gives the headers of a browser that holds the session. */
export async function signedInOperator(app: NestFastifyApplication, email: string, password: string) {
  const answer = expectStatus(200, await new Caller(app).post('/v1/operator/session', { email, password }));
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { cookie, csrfToken: answer.body.csrfToken as string };
}

function expectStatus(status: number, answer: Answer): Answer {
  if (answer.status === status) return answer;
  throw new Error(`expected ${status}, got ${answer.status}: ${answer.text.slice(0, 300)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

import { createHash } from 'node:crypto';
import type { ConsentAnswer } from '../answer-consent.js';
import { answerConsent } from '../answer-consent.js';
import { TWIN_CLIENT_IDS, TWIN_CLIENT_SECRETS } from '../seed.js';
import type { Twin } from '../twin.js';

/** Redirect URI that the specs register. */
export const CALLBACK = 'http://127.0.0.1:9/callback';

/** A seeded client and its endpoints. */
export type SeededClient = keyof typeof TWIN_CLIENT_IDS;

const AUTHORIZE: Record<SeededClient, string> = {
  google: '/google/o/oauth2/v2/auth',
  github: '/github/login/oauth/authorize',
  githubApp: '/github/login/oauth/authorize',
  dropbox: '/dropbox/oauth2/authorize',
};

const TOKEN: Record<SeededClient, string> = {
  google: '/google/token',
  github: '/github/login/oauth/access_token',
  githubApp: '/github/login/oauth/access_token',
  dropbox: '/dropbox/api/oauth2/token',
};

/** A JSON answer. */
export interface Answer {
  status: number;
  headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- provider bodies, judged by the specs
  body: any;
}

/** Calls the twin as an app and a person would. */
export class TwinVisitor {
  constructor(
    readonly twin: Twin,
    readonly client: SeededClient,
  ) {}

  /** The authorization URL of the client, with further parameters. */
  authorizationUrl(params: Record<string, string> = {}): string {
    const query = {
      client_id: TWIN_CLIENT_IDS[this.client],
      redirect_uri: CALLBACK,
      response_type: 'code',
      state: 'state-1',
      ...params,
    };
    return `${this.twin.url}${AUTHORIZE[this.client]}?${new URLSearchParams(query)}`;
  }

  /** Consents and gives the parameters of the callback. */
  async authorize(params: Record<string, string>, answer: ConsentAnswer = {}): Promise<URLSearchParams> {
    return new URL(await answerConsent(this.authorizationUrl(params), answer)).searchParams;
  }

  /** Calls the token endpoint with the client's credentials. */
  token(params: Record<string, string>): Promise<Answer> {
    return this.post(TOKEN[this.client], {
      client_id: TWIN_CLIENT_IDS[this.client],
      client_secret: TWIN_CLIENT_SECRETS[this.client],
      ...params,
    });
  }

  /** Exchanges a code. */
  exchange(code: string | null, params: Record<string, string> = {}): Promise<Answer> {
    const base = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
    return this.token({ ...base, code: code ?? '', ...params });
  }

  /** Refreshes. */
  refresh(refreshToken: string, params: Record<string, string> = {}): Promise<Answer> {
    return this.token({ grant_type: 'refresh_token', refresh_token: refreshToken, ...params });
  }

  /** The whole trip: consent, exchange; gives the token answer. */
  async connect(params: Record<string, string>, answer: ConsentAnswer = {}): Promise<Answer['body']> {
    const callback = await this.authorize(params, answer);
    return (await this.exchange(callback.get('code'))).body;
  }

  /** A form POST. */
  post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call(path, {
      method: 'POST',
      headers: { accept: 'application/json', ...headers },
      body: new URLSearchParams(form),
    });
  }

  /** An API call with a token; an object body goes as JSON. */
  api(token: string, path: string, init: RequestInit & { json?: unknown } = {}): Promise<Answer> {
    const { json, headers, ...rest } = init;
    return this.call(path, {
      ...rest,
      headers: {
        authorization: `Bearer ${token}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...(headers as Record<string, string>),
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
  }

  private async call(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.twin.url}${path}`, { redirect: 'manual', ...init });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text) };
  }
}

/** A PKCE pair. */
export function proofKey(): { verifier: string; params: Record<string, string> } {
  const verifier = 'v'.repeat(50);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  return { verifier, params: { code_challenge: challenge, code_challenge_method: 'S256' } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

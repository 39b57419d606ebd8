import { Injectable } from '@nestjs/common';
import type { ConnectorEndpoints, TokenErrorReason } from '@valetkey/providers';
import * as oauth from 'oauth4webapi';
import type { Connector } from '../connectors/index.js';
import { randomSecret } from '../platform/index.js';
import type { AuthorizationServer } from './authorization-servers.js';
import { AuthorizationRejected } from './id-token.js';
import { OAuthClient, TokenRequestRefused } from './oauth-client.js';
import { AuthorizationServerUnavailable, ConnectorFault, OAuthHttp } from './oauth-http.js';
import { misplacedBy } from './token-answer.js';
import { Userinfo } from './userinfo.js';

/** The parts of an authorization server that are asked. */
export const SERVER_PARTS = ['discovery', 'authorization', 'token', 'account'] as const;
export const TEST_RESULTS = ['passed', 'failed', 'unclear'] as const;

/** The answer of one part of a server, judged. */
export interface ServerTest {
  readonly part: (typeof SERVER_PARTS)[number];
  readonly result: (typeof TEST_RESULTS)[number];
  /** The observation in our words: nothing that the server said is repeated. */
  readonly detail: string;
  readonly advice?: string | undefined;
}

type Outcome = Omit<ServerTest, 'part'>;

/** Words of servers that compare the redirect URI before they look at the code. */
const REDIRECT_ERRORS = new Set(['redirect_uri_mismatch', 'bad_redirect_uri', 'invalid_redirect_uri']);
const REGISTER =
  'Compare the redirect URI that is registered at the provider with the one that is shown here.';
const LOOK_AGAIN = 'Compare the address with the documentation of the provider.';

/**
 * Asks an authorization server without a user whether a connector would work: its endpoints are called as a consent would
 * call them, with a code and a token that are made up, which a good server refuses. The verdict is about the client and
 * its secret, not about the code.
 */
@Injectable()
export class ServerTests {
  constructor(
    private readonly client: OAuthClient,
    private readonly http: OAuthHttp,
    private readonly userinfo: Userinfo,
  ) {}

  /** Failures of the server are results; it does not throw for them. */
  async run(connector: Connector, redirectUri: string): Promise<ServerTest[]> {
    if (connector.preset.key) return [await this.part('account', () => this.key(connector))];
    const server = await this.client.server(connector).catch(unavailable);
    if (server instanceof AuthorizationServerUnavailable)
      return [{ part: 'discovery', ...explained(server) }];
    const asked = await Promise.all([
      this.part('authorization', () => this.authorization(connector, server, redirectUri)),
      this.part('token', () => this.token(connector, server, redirectUri)),
      this.part('account', () => this.account(connector, server.endpoints)),
    ]);
    if (!connector.preset.discovers) return asked;
    return [{ part: 'discovery', result: 'passed', detail: 'The discovery document was read.' }, ...asked];
  }

  private async part(part: ServerTest['part'], ask: () => Promise<Outcome>): Promise<ServerTest> {
    try {
      return { part, ...(await ask()) };
    } catch (error) {
      return { part, ...explained(unavailable(error)) };
    }
  }

  private async authorization(
    { clientId, preset }: Connector,
    { endpoints, baseScopes, codeChallengeMethod }: AuthorizationServer,
    redirectUri: string,
  ): Promise<Outcome> {
    const url = new URL(endpoints.authorization);
    const parameters = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state: randomSecret(),
      ...(baseScopes.length > 0
        ? { [preset.scopeParameter ?? 'scope']: baseScopes.join(preset.scopeSeparator) }
        : {}),
      ...(codeChallengeMethod
        ? { code_challenge: await challenge(), code_challenge_method: codeChallengeMethod }
        : {}),
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const headers = { 'user-agent': 'valetkey', accept: 'text/html' };
    const { status } = await this.http.fetch(url.href, { headers }, this.client.timeoutMs);
    if (status === 400)
      return {
        result: 'failed',
        detail:
          'The page of the provider refuses our request (status 400): it does not know the client, or its redirect URI.',
        advice: `Compare the client id. ${REGISTER}`,
      };
    if ([404, 405, 410, 501].includes(status))
      return {
        result: 'failed',
        detail: `There is no page at the authorization endpoint (status ${status}).`,
        advice: LOOK_AGAIN,
      };
    if (status < 400) return { result: 'passed', detail: 'The page to which users are sent answers.' };
    return {
      result: 'unclear',
      detail: `The page to which users are sent answers with status ${status}, as some do to programs.`,
      advice: 'Connect an account of your own to be sure.',
    };
  }

  private async token(
    connector: Connector,
    { codeChallengeMethod }: AuthorizationServer,
    redirectUri: string,
  ): Promise<Outcome> {
    const exchange = {
      code: `valetkey-test-${randomSecret()}`,
      redirectUri,
      codeVerifier: codeChallengeMethod ? oauth.generateRandomCodeVerifier() : undefined,
      nonce: undefined,
      requestedScopes: [],
    };
    try {
      await this.client.exchangeCode(connector, exchange);
    } catch (error) {
      if (error instanceof TokenRequestRefused) return refusal(error);
      if (!(error instanceof AuthorizationRejected)) throw error;
    }
    return {
      result: 'failed',
      detail: 'The token endpoint gave a token for a code that was made up.',
      advice: 'Do not use this server: anybody can get tokens there.',
    };
  }

  /** A made-up key that is refused shows that the provider is asked rightly. */
  private async key(connector: Connector): Promise<Outcome> {
    const outcome = await this.account(connector, await this.client.endpoints(connector));
    if (outcome.result !== 'passed') return outcome;
    return { ...outcome, detail: 'The address at which a key is checked answers.' };
  }

  private async account(connector: Connector, { userinfo }: ConnectorEndpoints): Promise<Outcome> {
    if (!userinfo)
      return {
        result: 'unclear',
        detail: 'The server has no userinfo endpoint: accounts are known by the ID token alone.',
      };
    const madeUp = `valetkey-test-${randomSecret()}`;
    const response = await this.userinfo.ask(connector, userinfo, madeUp, this.client.timeoutMs);
    const misplaced = misplacedBy(response, 'the address at which the account is read');
    if (misplaced) throw new ConnectorFault(misplaced);
    const { status } = response;
    if (status >= 500 || status === 429)
      return {
        result: 'unclear',
        detail: `The address at which the account is read answers with status ${status}.`,
        advice: 'Try again later.',
      };
    return { result: 'passed', detail: 'The address at which the account is read answers.' };
  }
}

/** The verdict that the refusal of a made-up code gives about the client. */
function refusal({ verdict, error }: TokenRequestRefused): Outcome {
  if (error !== undefined && REDIRECT_ERRORS.has(error))
    return {
      result: 'failed',
      detail: 'The token endpoint answered that the redirect URI is not the one of the client.',
      advice: REGISTER,
    };
  return REFUSALS[verdict.reason] ?? UNKNOWN_REFUSAL;
}

const KNOWN: Outcome = {
  result: 'passed',
  detail:
    'The token endpoint refused the made-up code, and did not complain about the client and its secret.',
};
const LATER: Outcome = {
  result: 'unclear',
  detail: 'The token endpoint has no time for the question.',
  advice: 'Try again later.',
};
const UNKNOWN_REFUSAL: Outcome = {
  result: 'unclear',
  detail: 'The token endpoint refused the request, and did not say whether it knows the client.',
  advice: 'Connect an account of your own to be sure.',
};
const REFUSALS: Readonly<Partial<Record<TokenErrorReason, Outcome>>> = {
  invalid_code: KNOWN,
  revoked: KNOWN,
  expired: KNOWN,
  reauthentication_required: KNOWN,
  invalid_client: {
    result: 'failed',
    detail:
      'The token endpoint does not accept the client: its id or secret is wrong, or it proves itself in another way.',
    advice:
      'Copy the client id and secret from the provider again, and enter both anew under Edit. If they are right, change how the client proves itself there.',
  },
  rate_limited: LATER,
  transient: LATER,
};

function explained(error: AuthorizationServerUnavailable): Outcome {
  if (error instanceof ConnectorFault)
    return { result: 'failed', detail: sentence(error.fault), advice: LOOK_AGAIN };
  return {
    result: 'failed',
    detail: 'It could not be reached, or did not answer in time.',
    advice: 'Look whether this machine may reach the address, and try again.',
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** @throws whatever is no failure of the server */
function unavailable(error: unknown): AuthorizationServerUnavailable {
  if (error instanceof AuthorizationServerUnavailable) return error;
  throw error;
}

async function challenge(): Promise<string> {
  return oauth.calculatePKCECodeChallenge(oauth.generateRandomCodeVerifier());
}

import { createHash, randomBytes } from 'node:crypto';
import {
  Client as McpSdkClient,
  StreamableHTTPClientTransport,
  UnauthorizedError,
  type OAuthClientProvider,
} from '@modelcontextprotocol/client';
import { Browser, type Page } from './browser.js';
import { APP_ORIGIN } from './connect.js';

/** Where a client on the user's machine waits for its answer; nobody listens there. */
export const LOOPBACK = 'http://127.0.0.1:41999/callback';

/** The user's choice on the page. */
export interface Choice {
  readonly decision?: 'allow' | 'decline';
  readonly agent?: string;
  readonly providers?: readonly string[];
  readonly readOnly?: boolean;
}

/** The official client of MCP with its own OAuth: discovery, registration, PKCE, exchange, refresh. */
export class OwnClient {
  readonly stored: {
    client?: object;
    tokens?: Tokens;
    verifier?: string;
    authorizationUrl?: URL;
    discovery?: object;
  } = {};
  readonly mcp = new McpSdkClient({ name: 'own client', version: '1' });
  private readonly authProvider: OAuthClientProvider;
  private transport: StreamableHTTPClientTransport;

  constructor(
    private readonly url: string,
    clientMetadataUrl?: string,
  ) {
    const { stored } = this;
    this.authProvider = {
      redirectUrl: LOOPBACK,
      ...(clientMetadataUrl === undefined ? {} : { clientMetadataUrl }),
      clientMetadata: {
        client_name: 'Terminal client',
        redirect_uris: [LOOPBACK],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
      clientInformation: () => stored.client as never,
      saveClientInformation: (client) => void (stored.client = client),
      tokens: () => stored.tokens,
      saveTokens: (tokens) => void (stored.tokens = tokens),
      redirectToAuthorization: (address) => void (stored.authorizationUrl = address),
      saveCodeVerifier: (verifier) => void (stored.verifier = verifier),
      codeVerifier: () => stored.verifier ?? '',
      saveDiscoveryState: (state) => void (stored.discovery = state),
      discoveryState: () => stored.discovery as never,
    };
    this.transport = this.newTransport();
  }

  /** Connects as far as a client comes that has no token. @returns where it sends its user */
  async start(): Promise<URL> {
    const failed = await this.mcp.connect(this.transport).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failed instanceof UnauthorizedError) || !this.stored.authorizationUrl)
      throw new Error(`the client was not asked to authorize: ${String(failed)}`);
    return this.stored.authorizationUrl;
  }

  /** Ends what `start` began, with the code that came back, and connects. */
  async finish(callback: string): Promise<void> {
    const { searchParams } = new URL(callback);
    await this.transport.finishAuth(searchParams);
    this.transport = this.newTransport();
    await this.mcp.connect(this.transport);
  }

  private newTransport(): StreamableHTTPClientTransport {
    return new StreamableHTTPClientTransport(new URL('/mcp', this.url), { authProvider: this.authProvider });
  }
}

type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0];

/** Opens the authorization endpoint, and signs the user in at the page that it leads to. */
export async function openLetIn(
  browser: Browser,
  authorizationUrl: URL | string,
  userToken: string,
): Promise<{ page: Page; pageUrl: string }> {
  const sent = await browser.open(String(authorizationUrl));
  if (sent.location === undefined) throw new Error(`not led to our page: ${sent.status} ${sent.html}`);
  const pageUrl = new URL(sent.location, String(authorizationUrl)).href;
  const form = { user_token: userToken, continue: new URL(pageUrl).pathname.replace('/connect/', '') };
  const signedIn = await browser.submit(new URL('/connect/session', pageUrl).href, form, APP_ORIGIN);
  return { page: await browser.follow(signedIn), pageUrl };
}

/** Answers the page. @returns the address of the client that the browser ends at, not opened */
export async function answerLetIn(browser: Browser, pageUrl: string, choice: Choice): Promise<string> {
  const { decision = 'allow', agent = '', providers = ['google-calendar'], readOnly = false } = choice;
  const form = new URLSearchParams([
    ['decision', decision],
    ['agent', agent],
    ...providers.map((provider) => ['providers', provider]),
    ...(readOnly ? [['readOnly', 'yes']] : []),
  ] as [string, string][]);
  let page = await browser.submit(`${pageUrl}/decision`, form, new URL(pageUrl).origin);
  while (page.location !== undefined && new URL(page.location, pageUrl).origin === new URL(pageUrl).origin)
    page = await browser.open(new URL(page.location, pageUrl).href);
  if (page.location === undefined) throw new Error(`not led back: ${page.status} ${page.html}`);
  return page.location;
}

/** The two halves of PKCE (RFC 7636). */
export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

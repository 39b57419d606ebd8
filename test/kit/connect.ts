import { answerConsent, type ConsentAnswer } from '@valetkey/twin';
import { Browser, type Page } from './browser.js';
import type { Answer, Client } from './client.js';
import { APP_CALLBACK } from './twin.js';

/** The page of the calling app that hands its user over to ours. */
export const APP_ORIGIN = new URL(APP_CALLBACK).origin;

export interface Connecting {
  readonly target: string;
  readonly scope?: string;
  readonly answer?: ConsentAnswer;
  /** Answers a page that is not the twin's. Gives the callback, not opened yet. */
  readonly consent?: (authorizationUri: string) => Promise<string>;
}

/** A verification that the user has answered at the provider. */
export interface Verification {
  readonly verificationRecordId: string;
  readonly connectorData: {
    readonly code: string | null;
    readonly state: string | null;
    readonly iss: string | null;
    readonly redirectUri: string;
  };
}

/** Starts a verification over the Account API and answers the provider's page; nothing is verified yet. */
export async function startVerification(
  user: Client,
  { target, scope, answer, consent = (uri) => answerConsent(uri, answer) }: Connecting,
): Promise<Verification> {
  const state = crypto.randomUUID();
  const body = {
    connectorId: target,
    state,
    redirectUri: APP_CALLBACK,
    ...(scope === undefined ? {} : { scope }),
  };
  const started = await user.post('/api/verification/social', body);
  if (started.status !== 201) throw new Error(`verification refused: ${started.status} ${started.text}`);
  const { searchParams } = new URL(await consent(started.body.authorizationUri));
  return {
    verificationRecordId: started.body.verificationRecordId,
    connectorData: {
      code: searchParams.get('code'),
      state: searchParams.get('state'),
      iss: searchParams.get('iss'),
      redirectUri: APP_CALLBACK,
    },
  };
}

/** Connects an account over the guide's Account API. Gives the answer of the last step, with the token. */
export async function connectAccount(user: Client, connecting: Connecting): Promise<Answer> {
  const verification = await startVerification(user, connecting);
  const verified = await user.post('/api/verification/social/verify', verification);
  if (verified.status !== 200) throw new Error(`not verified: ${verified.status} ${verified.text}`);
  const { verificationRecordId } = verification;
  const stored = await user.put(`/my-account/identities/${connecting.target}/access-token`, {
    verificationRecordId,
  });
  if (stored.status !== 200) throw new Error(`not stored: ${stored.status} ${stored.text}`);
  return stored;
}

/** The app's page signs its user in at our page. Gives what the browser sees then. */
export async function signInAtPage(
  browser: Browser,
  authorizationUri: string,
  userToken: string,
  origin = APP_ORIGIN,
): Promise<Page> {
  const id = new URL(authorizationUri).pathname.split('/').at(-1) ?? '';
  const form = { user_token: userToken, continue: id };
  return browser.follow(
    await browser.submit(new URL('/connect/session', authorizationUri).href, form, origin),
  );
}

/** Presses our page's button and answers the provider's page. Gives the address of our callback, not opened yet. */
export async function consentFromPage(
  browser: Browser,
  authorizationUri: string,
  answer?: ConsentAnswer,
): Promise<string> {
  const onward = await browser.submit(authorizationUri, {}, new URL(authorizationUri).origin);
  if (onward.location === undefined)
    throw new Error(`our page did not lead on: ${onward.status} ${onward.html}`);
  return answerConsent(onward.location, answer);
}

/** Opens our callback, and goes on as long as that leads to pages of ours. */
export async function openCallback(browser: Browser, callback: string): Promise<Page> {
  const page = await browser.open(callback);
  const isOurs = page.location !== undefined && new URL(page.location).origin === new URL(callback).origin;
  return isOurs ? browser.follow(page) : page;
}

/** Walks our hosted page from the link to the end of the callback, as one browser. */
export async function hostedConnect(
  authorizationUri: string,
  userToken: string,
  answer?: ConsentAnswer,
): Promise<{ browser: Browser; callback: string; page: Page }> {
  const browser = new Browser();
  const page = await signInAtPage(browser, authorizationUri, userToken);
  if (page.status !== 200) throw new Error(`our page refused: ${page.status} ${page.html}`);
  const callback = await consentFromPage(browser, authorizationUri, answer);
  return { browser, callback, page: await openCallback(browser, callback) };
}

import { answerConsent, TOKEN_MARKER } from '@valetkey/twin';
import { Browser } from './browser.js';
import type { Client } from './client.js';
import { hostedConnect, signInAtPage, startVerification } from './connect.js';
import type { LeakHunt } from './leak-hunt.js';
import type { Stack } from './stack.js';
import { APP_CALLBACK } from './twin.js';

const SEND = 'https://www.googleapis.com/auth/gmail.send';

/** The hosted page to its end, and once more to the provider only. */
export async function hostedTrips(stack: Stack, hunt: LeakHunt, user: Client, userId: string): Promise<void> {
  const request = { userId, target: 'google', scopes: [SEND], redirectUri: APP_CALLBACK };
  const link = async () =>
    (await stack.agent.client.post('/v1/authorizations', request)).body.authorizationUri as string;
  const { browser, callback } = await hostedConnect(await link(), user.credential as string);
  const begun = new Browser();
  const second = await link();
  await signInAtPage(begun, second, user.credential as string);
  const onward = new URL((await begun.submit(second, {}, stack.server.url)).location as string);
  hunt.challenges.add(onward.searchParams.get('code_challenge') as string);
  for (const [name, uri] of [
    ['finished', new URL(callback)],
    ['begun', onward],
  ] as const)
    hunt.secrets.set(`the state of a ${name} page`, uri.searchParams.get('state') as string);
  for (const [name, jar] of [
    ['finished', browser],
    ['begun', begun],
  ] as const)
    hunt.secrets.set(
      `the secret of the browser of a ${name} page`,
      jar.cookiesOf(stack.server.url).get('valetkey_authorization') as string,
    );
}

/** Verifications that stop at each step. */
export async function unfinishedTrips(hunt: LeakHunt, user: Client): Promise<void> {
  const state = crypto.randomUUID();
  hunt.secrets.set('the state of a verification', state);
  const { body } = await user.post('/api/verification/social', {
    connectorId: 'google',
    state,
    redirectUri: APP_CALLBACK,
  });
  hunt.challenges.add(new URL(body.authorizationUri).searchParams.get('code_challenge') as string);
  await answerConsent(body.authorizationUri);
  const verified = await startVerification(user, { target: 'google' });
  await user.post('/api/verification/social/verify', verified);
  const refused = await startVerification(user, { target: 'google' });
  const connectorData = { ...refused.connectorData, code: `wrong${TOKEN_MARKER}code` };
  await user.post('/api/verification/social/verify', { ...refused, connectorData });
}

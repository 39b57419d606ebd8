import { Browser } from './browser.js';
import { consentFromPage, signInAtPage } from './connect.js';
import type { Stack } from './stack.js';

/** A link to our page, for somebody who goes there by browser. */
export interface Link {
  readonly id: string;
  readonly authorizationUri: string;
}

/** A trip whose user has agreed at the provider and whose callback is not opened yet. */
export interface Trip extends Link {
  readonly browser: Browser;
  readonly callback: string;
}

/** Makes a link for reading calendar events, unless `members` say otherwise. */
export async function makeLink({ agent }: Stack, userId: string, members: object = {}): Promise<Link> {
  const scopes = ['https://www.googleapis.com/auth/calendar.events.readonly'];
  const request = { userId, target: 'google', scopes, ...members };
  const { status, body, text } = await agent.client.post('/v1/authorizations', request);
  if (status !== 201) throw new Error(`no link: ${status} ${text}`);
  return { id: body.id, authorizationUri: body.authorizationUri };
}

/** Goes over a link up to our callback. */
export async function agreedTrip(stack: Stack, userId: string, members: object = {}): Promise<Trip> {
  const link = await makeLink(stack, userId, members);
  const browser = new Browser();
  const token = (await stack.user(userId)).credential as string;
  await signInAtPage(browser, link.authorizationUri, token);
  return { ...link, browser, callback: await consentFromPage(browser, link.authorizationUri) };
}

/** An address with other query parameters. */
export function withQuery(url: string, members: Readonly<Record<string, string>>): string {
  const result = new URL(url);
  for (const [name, value] of Object.entries(members)) result.searchParams.set(name, value);
  return result.href;
}

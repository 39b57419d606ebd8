/**
 * npm run demo:allow -- LINK
 *
 * Does what a person does with a link of the demo: signs in as the demo user, goes on to the provider twin, clicks
 * Allow and comes back.
 */
import process from 'node:process';
import { answerConsent } from '@valetkey/twin';
import { Browser } from './demo-browser.ts';

const link = process.argv[2];
if (!link || !URL.canParse(link)) {
  console.error('Usage: npm run demo:allow -- LINK');
  process.exit(1);
}
const { origin } = new URL(link);
const browser = new Browser();
const continueWith = link.split('/').at(-1) ?? '';
const signedIn = await browser.post(`${origin}/connect/demo-session`, { continue: continueWith });
if (signedIn.status !== 303) {
  console.error(`This link is not one of the demo user's (status ${signedIn.status}).`);
  process.exit(1);
}
const begun = await browser.post(link, {});
const finished = await browser.get(await answerConsent(begun.headers.get('location') ?? ''));
const page = await browser.get(finished.headers.get('location') ?? link);
console.log(/<h1>([^<]*)<\/h1>/.exec(await page.text())?.[1] ?? `status ${page.status}`);
process.exit(page.ok ? 0 : 1);

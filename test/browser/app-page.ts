import type { Visitor } from './visitor.js';
import { APP_ORIGIN } from '../kit/index.js';

/** Stands for the calling app in a visitor's browser: its page hands the signed-in user over to our page. */
export async function handOver(
  { page }: Visitor,
  authorizationUri: string,
  userToken: string,
): Promise<void> {
  const action = new URL('/connect/session', authorizationUri).href;
  const id = new URL(authorizationUri).pathname.replace('/connect/', '');
  await page.route(`${APP_ORIGIN}/**`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,"><form method="post" action="${action}">
        <input type="hidden" name="user_token" value="${userToken}"><input type="hidden" name="continue" value="${id}">
        <button>Connect</button></form></html>`,
    }),
  );
  await page.goto(`${APP_ORIGIN}/account`);
  await page.getByRole('button', { name: 'Connect' }).click();
}

import { Browser, signInAtPage, startStack, type Stack } from './kit/index.js';

/** As an operator may write it, with all that means something in HTML. */
const NAME = `Acme <b>"Ltd" & 'Sons'</b>`;
const SHOWN = 'Acme &#60;b&#62;&#34;Ltd&#34; &#38; &#39;Sons&#39;&#60;/b&#62;';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ targets: ['google'], env: { VALETKEY_APP_NAME: NAME } });
});
afterAll(() => stack.close());

const link = async () => {
  const wanted = { userId: 'ada', target: 'google', actions: ['google-calendar.events.list'] };
  return (await stack.agent.client.post('/v1/authorizations', wanted)).body.authorizationUri as string;
};
const at = (path: string) => new Browser().open(`${stack.server.url}${path}`);

it.each([
  ['a link, to a stranger', 401, async () => new Browser().open(await link())],
  [
    'a link, to its user',
    200,
    async () => signInAtPage(new Browser(), await link(), (await stack.user('ada')).credential as string),
  ],
  ['a link that is none', 404, () => at('/connect/aut_none')],
  ['the history, to a stranger', 401, () => at('/connect/history')],
  ['the way back from a provider', 400, () => at('/oauth/callback/google')],
])('names the app on the page of %s', async (_page, status, open) => {
  const page = await open();
  expect(page.status).toBe(status);
  expect(page.html).toContain(`<div class="brand">`);
  expect(page.html).toContain(`<span>${SHOWN}</span>`);
  expect(page.html).toContain(`· ${SHOWN}</title>`);
  expect(page.html).not.toContain('<b>"Ltd"');
});

it('sends a stranger back to the app by its name', async () => {
  expect((await at('/connect/history')).html).toContain(`Open it from ${SHOWN}, where you are signed in`);
});

/** How the person answers the consent page. */
export interface ConsentAnswer {
  /** Subject, e-mail address or login; default the preselected account. */
  account?: string;
  /** Scopes whose boxes are unticked. */
  untick?: string[];
  /** Default allow. */
  decision?: 'allow' | 'deny';
}

/**
 * Goes through the consent page as a plain HTTP client: opens the authorization URL, answers the
 * form if there is one, and gives the URL that the provider sends the browser back to.
 */
export async function answerConsent(authorizationUri: string, answer: ConsentAnswer = {}): Promise<string> {
  const page = await fetch(authorizationUri, { redirect: 'manual' });
  const direct = page.headers.get('location');
  if (direct) return direct;
  const html = await page.text();
  if (page.status !== 200) throw new Error(`authorization refused: ${page.status} ${textOf(html, 'error')}`);
  const form = formFor(html, answer);
  const action = unescapeHtml(/<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? authorizationUri);
  const answered = await fetch(action, { method: 'POST', body: form, redirect: 'manual' });
  const location = answered.headers.get('location');
  if (!location) throw new Error(`consent failed: ${answered.status}`);
  return location;
}

function formFor(html: string, { account, untick = [], decision = 'allow' }: ConsentAnswer): URLSearchParams {
  const form = new URLSearchParams({ decision });
  for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
    const { name, value, type } = attributesOf(tag);
    if (!name || value === undefined || (name === 'account' && account !== undefined)) continue;
    const sent = type === 'hidden' || / checked/.test(tag);
    if (sent && !(type === 'checkbox' && untick.includes(value))) form.append(name, value);
  }
  if (account !== undefined) form.append('account', account);
  return form;
}

function attributesOf(tag: string): Record<string, string | undefined> {
  return Object.fromEntries(
    [...tag.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescapeHtml(value)]),
  );
}

function textOf(html: string, id: string): string {
  return new RegExp(`id="${id}">([^<]*)<`).exec(html)?.[1] ?? '';
}

function unescapeHtml(text: string): string {
  return text.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}

import type { ProviderName } from '../provider-name.js';
import { PAGE_STYLE } from './page-style.js';
import type { Account } from './records.js';

/** One scope as the person sees it. */
export interface ScopeRow {
  scope: string;
  sentence: string;
  /** The person can untick it. */
  optional: boolean;
  alreadyGranted: boolean;
}

/** The content of the consent page. */
export interface ConsentView {
  provider: ProviderName;
  action: string;
  ticket: string;
  appName: string;
  redirectHost: string;
  accounts: Account[];
  preselectedId: string;
  rows: ScopeRow[];
}

const TITLES: Record<ProviderName, string> = {
  google: 'Google twin',
  github: 'GitHub twin',
  dropbox: 'Dropbox twin',
};

/** The page on which a person allows or denies. Works without JavaScript. */
export function consentPage(view: ConsentView): string {
  const lead = `<strong>${escapeHtml(view.appName)}</strong> asks for access to your account`;
  return document(
    view.provider,
    `${TITLES[view.provider]}: allow ${view.appName}?`,
    `<h1>${lead}</h1>
    <p class="quiet">After your answer you return to ${escapeHtml(view.redirectHost)}.</p>
    <form method="post" action="${escapeHtml(view.action)}" id="consent">
      <input type="hidden" name="ticket" value="${escapeHtml(view.ticket)}">
      <fieldset>
        <legend>Account</legend>
        ${view.accounts.map((account) => accountRow(account, account.id === view.preselectedId)).join('\n')}
      </fieldset>
      ${scopeSection(view)}
      <div class="actions">
        <button type="submit" id="deny" name="decision" value="deny">Deny</button>
        <button type="submit" id="allow" name="decision" value="allow" class="primary">Allow</button>
      </div>
    </form>`,
  );
}

/** The page for a request that can go neither forward nor back to the app. */
export function refusalPage(provider: ProviderName, status: number, code: string, message: string): string {
  return document(
    provider,
    `Error ${status}: ${code}`,
    `<h1>Access blocked: this app's request is invalid</h1>
    <p>${escapeHtml(message)}</p>
    <p class="quiet">Error ${status}: <code id="error">${escapeHtml(code)}</code></p>`,
  );
}

/** Makes text safe inside HTML and its attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function accountRow(account: Account, checked: boolean): string {
  const id = escapeHtml(account.id);
  return `<label class="row"><input type="radio" name="account" value="${id}"${checked ? ' checked' : ''}>
      <span><span class="name">${escapeHtml(account.name)}</span><br><span class="quiet">${escapeHtml(account.email)}</span></span></label>`;
}

function scopeSection(view: ConsentView): string {
  if (view.rows.length === 0) return '<p>It will see your public profile and nothing else.</p>';
  const legend = view.rows.some((row) => row.optional)
    ? 'Choose what the app may do'
    : 'The app will be able to';
  return `<fieldset>
        <legend>${legend}</legend>
        ${view.rows.map(scopeRow).join('\n')}
      </fieldset>`;
}

function scopeRow(row: ScopeRow): string {
  const scope = escapeHtml(row.scope);
  const box = row.optional
    ? `<input type="checkbox" name="scope" value="${scope}" checked>`
    : `<input type="hidden" name="scope" value="${scope}"><input type="checkbox" checked disabled aria-label="always included">`;
  const note = row.alreadyGranted ? '<span class="badge">already allowed</span>' : '';
  return `<label class="row">${box}<span>${escapeHtml(row.sentence)} ${note}<br><code>${scope}</code></span></label>`;
}

function document(provider: ProviderName, title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escapeHtml(title)}</title>
  <style>${PAGE_STYLE}</style>
</head>
<body class="${provider}">
  <header><strong>${TITLES[provider]}</strong><span>a stand-in for tests and demos; nothing here reaches the real service</span></header>
  <main>
    ${body}
  </main>
</body>
</html>
`;
}

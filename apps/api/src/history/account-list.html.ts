import { escapeHtml } from '../authorizations/index.js';
import type { UserAccount } from './user-accounts.js';

/** The accounts of a user, each with a way to end its use: asked once more by unfolding it, which needs no script. */
export function renderAccounts(accounts: readonly UserAccount[], app: string): string {
  if (accounts.length === 0) return '<p class="soft" id="accounts">No account of yours is connected.</p>';
  return `<h2>Your connected accounts</h2><ul class="accounts" id="accounts">${accounts.map((account) => item(account, app)).join('')}</ul>`;
}

function item({ connectionId, providerName, account, alias }: UserAccount, app: string): string {
  const name = escapeHtml(providerName);
  const more = alias === undefined ? '' : ` <span class="soft">(${escapeHtml(alias)})</span>`;
  return `<li><span class="who">${name}</span>${more} <span class="soft">${escapeHtml(account)}</span><details><summary>Disconnect<span class="hidden"> ${name}, ${escapeHtml(account)}</span></summary><p>Agents can no longer use this account, and ${name} is told to end the access. What waits for it does not run. You can connect it again at any time from ${escapeHtml(app)}.</p><form method="post" action="/connect/connections/${escapeHtml(connectionId)}/disconnect"><button type="submit">Disconnect ${name}</button></form></details></li>`;
}

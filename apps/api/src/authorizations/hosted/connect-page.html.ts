import { escapeHtml, type HostedPage } from './hosted-page.html.js';

export interface ConsentText {
  readonly authorizationId: string;
  readonly providerName: string;
  readonly userId: string;
  readonly askedBy: string;
  /** Without it the account is confirmed, and no access to it stored. */
  readonly storesTokens: boolean;
  readonly grants: readonly string[];
  readonly reasons: readonly string[];
  /** The account that must be used, if there is one. */
  readonly account?: string | undefined;
  readonly problem?: string | undefined;
}

/**
 * The consent page: which access, for which app, and for which actions, before the provider asks the same in its own
 * words.
 */
export function renderConsent(text: ConsentText): HostedPage {
  const body = [
    text.problem ? `<p class="warn" role="alert">${escapeHtml(text.problem)}</p>` : '',
    `<p><span class="who">${escapeHtml(text.askedBy)}</span> asks to ${text.storesTokens ? 'use' : 'confirm'} your ${escapeHtml(text.providerName)} account. You are signed in as <span class="who" id="user">${escapeHtml(text.userId)}</span>.</p>`,
    text.account
      ? `<p>This is about the account <span class="who" id="account">${escapeHtml(text.account)}</span>.</p>`
      : '',
    text.reasons.length > 0 ? `<p>It wants to:</p>${list(text.reasons)}` : '',
    text.grants.length > 0
      ? `<p>For that, ${escapeHtml(text.providerName)} will ask you to allow:</p>${list(text.grants)}`
      : '',
    text.storesTokens
      ? `<p class="soft">Agents never see your password or token. You can disconnect at any time, and every use is recorded.</p>`
      : `<p class="soft">This only confirms whose account it is. No access to it is stored.</p>`,
    `<form method="post" action="/connect/${escapeHtml(text.authorizationId)}"><button id="continue" type="submit">Continue to ${escapeHtml(text.providerName)}</button></form>`,
  ];
  return { title: `Connect ${text.providerName}`, body: body.join('') };
}

export interface PartialText {
  readonly authorizationId: string;
  readonly providerName: string;
  /** The scopes that the user did not grant, in sentences. */
  readonly notGranted: readonly string[];
  /** The actions that will not work because of that. */
  readonly blocked: readonly string[];
}

/** Connected, but not with all scopes: those that are missing, the consequences, and the link to grant them. */
export function renderPartial({
  authorizationId,
  providerName,
  notGranted,
  blocked,
}: PartialText): HostedPage {
  const body = [
    `<p>You can close this page. But you did not allow everything that was asked:</p><div id="not-granted">${list(notGranted)}</div>`,
    blocked.length > 0 ? `<p>So this will not work:</p><div id="blocked">${list(blocked)}</div>` : '',
    `<p class="soft">That is fine if you meant it so. If not, allow the rest; what you have allowed already stays.</p>`,
    `<form method="post" action="/connect/${escapeHtml(authorizationId)}/rest"><button id="grant-rest" type="submit">Allow the rest</button></form>`,
  ];
  return { title: `${providerName} is connected, in part`, body: body.join('') };
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

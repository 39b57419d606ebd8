import { createHash } from 'node:crypto';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d9dee6;--paper:#fff;--ground:#f3f5f8;--accent:#1f5fbf;--warn:#9a3412}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecf2;--soft:#a3aebd;--line:#38424f;--paper:#1a2029;--ground:#10141a;--accent:#7fb0ff;--warn:#fdba74}}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:8vh auto 2rem;padding:0 1rem}
section{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:1.75rem}
h1{font-size:1.35rem;line-height:1.3;margin:0 0 .75rem}p{margin:.5rem 0}ul{padding-left:1.2rem;margin:.5rem 0 1rem}li{margin:.25rem 0}
.soft{color:var(--soft);font-size:.92rem}.who{font-weight:600;overflow-wrap:anywhere}
.warn{color:var(--warn)}
button,.button{display:inline-block;font:inherit;font-weight:600;border:1px solid var(--accent);background:var(--accent);color:var(--paper);border-radius:8px;padding:.6rem 1.1rem;cursor:pointer;text-decoration:none}
button:focus-visible,.button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.brand{display:flex;align-items:center;gap:.5rem;color:var(--soft);font-size:.9rem;margin-bottom:.9rem}
code{overflow-wrap:anywhere}`;

const KEY = `<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M17 6l3 3M14 9l2 2"/></svg>`;

/** Policy of our pages: no script at all, styles by hash, forms to us and on to the provider, never in a frame. */
export function pagePolicy(formTargets: readonly string[] = []): string {
  const style = createHash('sha256').update(STYLE).digest('base64');
  const forms = ["'self'", ...formTargets].join(' ');
  return `default-src 'none'; style-src 'sha256-${style}'; form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`;
}

/** Makes text safe inside HTML elements and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** One of our pages; `body` is HTML, already escaped. */
export function renderPage(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} · Valetkey</title><style>${STYLE}</style></head><body><main><div class="brand">${KEY}<span>Valetkey</span></div><section><h1>${escapeHtml(title)}</h1>${body}</section></main></body></html>`;
}

export interface ConsentText {
  readonly authorizationId: string;
  readonly providerName: string;
  readonly userId: string;
  readonly askedBy: string;
  /** Without it the account is confirmed, and no access to it kept. */
  readonly storesTokens: boolean;
  readonly grants: readonly string[];
  readonly reasons: readonly string[];
  /** The account that this is about, when it must be a certain one. */
  readonly account?: string | undefined;
  readonly problem?: string | undefined;
}

/** What will be granted, to whom, and for what, before the provider asks the same in its own words. */
export function renderConsent(text: ConsentText): string {
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
  return renderPage(`Connect ${text.providerName}`, body.join(''));
}

export interface PartialText {
  readonly authorizationId: string;
  readonly providerName: string;
  /** What the user did not allow, in sentences. */
  readonly notGranted: readonly string[];
  /** What will not work for that. */
  readonly blocked: readonly string[];
}

/** Connected, but not for all that was asked: what is missing, what that means, and the way to the rest. */
export function renderPartial({ authorizationId, providerName, notGranted, blocked }: PartialText): string {
  const body = [
    `<p>You can close this page. But you did not allow everything that was asked:</p><div id="not-granted">${list(notGranted)}</div>`,
    blocked.length > 0 ? `<p>So this will not work:</p><div id="blocked">${list(blocked)}</div>` : '',
    `<p class="soft">That is fine if you meant it so. If not, allow the rest; what you have allowed already stays.</p>`,
    `<form method="post" action="/connect/${escapeHtml(authorizationId)}/rest"><button id="grant-rest" type="submit">Allow the rest</button></form>`,
  ];
  return renderPage(`${providerName} is connected, in part`, body.join(''));
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

/** For a visitor who has not proven who they are. `demoUserId`: in the demo, a button stands for the app's sign-in. */
export function renderSignInNeeded(authorizationId: string, demoUserId: string | undefined): string {
  const demo =
    demoUserId === undefined
      ? ''
      : `<form method="post" action="/connect/demo-session"><input type="hidden" name="continue" value="${escapeHtml(authorizationId)}"><p class="soft">This is the demo, so there is no app to sign in to.</p><button id="demo-sign-in" type="submit">Sign in as ${escapeHtml(demoUserId)}</button></form>`;
  const body = `<p>This link was made for one person. Open it from the app where you are signed in, so that we know that it is you.</p><p class="soft">If you did not ask for it, close this page: nothing has been connected.</p>${demo}`;
  return renderPage('Who are you?', body);
}

/** A page that only tells something. */
export function renderNotice(title: string, text: string, retryUrl?: string): string {
  const retry = retryUrl ? `<p><a class="button" href="${escapeHtml(retryUrl)}">Try again</a></p>` : '';
  return renderPage(title, `<p>${escapeHtml(text)}</p>${retry}`);
}

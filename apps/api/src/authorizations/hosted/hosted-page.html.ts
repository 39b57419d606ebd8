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
code{overflow-wrap:anywhere}
main.wide{max-width:46rem;margin-top:5vh}
.filters{display:flex;flex-wrap:wrap;gap:.75rem;align-items:end;margin:1rem 0}.filters label{display:grid;gap:.2rem;font-size:.92rem;color:var(--soft);min-width:0;flex:1 1 10rem}
select,input[type=text]{font:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:8px;padding:.55rem .6rem;width:100%;color:var(--ink)}select,.filters button{min-height:2.75rem;padding-block:.4rem}
textarea{font:inherit;background:var(--paper);color:var(--ink);border:1px solid var(--soft);border-radius:8px;padding:.55rem .6rem;width:100%;min-height:4rem;resize:vertical}
label.field{display:grid;gap:.2rem;font-size:.92rem;color:var(--soft);margin:1rem 0}.choices{display:flex;flex-wrap:wrap;gap:.75rem}.choices button{flex:1 1 8rem;min-height:2.75rem}
fieldset{border:1px solid var(--line);border-radius:8px;margin:1rem 0;padding:.5rem 1rem}legend{color:var(--soft);font-size:.92rem;padding:0 .3rem}label.choice{display:flex;gap:.6rem;align-items:center;padding:.4rem 0}input[type=checkbox]{width:1.15rem;height:1.15rem;accent-color:var(--accent);flex:none}
button.quiet{background:none;color:var(--accent)}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--ground);border-radius:8px;padding:.75rem;font-size:.88rem;max-height:24rem;overflow:auto}
dl{display:grid;grid-template-columns:auto minmax(0,1fr);gap:.3rem 1rem;margin:1rem 0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}.preview{font-weight:600;overflow-wrap:anywhere}
input[type=text],input[type=password]{font:inherit;background:var(--paper);color:var(--ink);border:1px solid var(--soft);border-radius:8px;padding:.55rem .6rem;width:100%;min-height:2.75rem}
select:focus-visible,input:focus-visible,textarea:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
h2{font-size:1rem;margin:1.5rem 0 .25rem}ol{list-style:none;margin:0;padding:0}ol li{display:flex;gap:1rem;margin:0;padding:.55rem 0;border-top:1px solid var(--line)}.proof{margin-left:auto;font-size:.85rem}
ol time{flex:none;color:var(--soft);font-variant-numeric:tabular-nums}ol span{min-width:0;overflow-wrap:anywhere}
.accounts{list-style:none;padding:0}.accounts li{margin:0;padding:.7rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
summary{display:inline-block;padding:.35rem 0;color:var(--accent);cursor:pointer;text-decoration:underline}summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav{display:flex;justify-content:space-between;gap:1rem;margin-top:1.25rem}nav a:last-child{margin-left:auto}a{color:var(--accent)}a.button{color:var(--paper)}`;

const KEY = `<svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M17 6l3 3M14 9l2 2"/></svg>`;

/** The needs of a page beyond the frame that all pages have. */
export interface PageNeeds {
  /** Origins that its forms may be sent to, besides ours. */
  readonly formTargets?: readonly string[];
  /** The one script that may run; none when left out. */
  readonly script?: string | undefined;
}

/** Policy of our pages: styles and the page's own script by hash, forms to us and on to the provider, never in a frame. */
export function pagePolicy({ formTargets = [], script }: PageNeeds = {}): string {
  const scripts = script === undefined ? '' : ` script-src ${hashOf(script)};`;
  const forms = ["'self'", ...formTargets].join(' ');
  return `default-src 'none'; style-src ${hashOf(STYLE)};${scripts} form-action ${forms}; frame-ancestors 'none'; base-uri 'none'`;
}

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

/** Makes text safe inside HTML elements and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The content of a page; `body` is HTML, already escaped. */
export interface HostedPage {
  readonly title: string;
  readonly body: string;
  readonly isWide?: boolean;
}

/** One of our pages in its frame, under the name of the app that its reader knows. */
export function renderPage({ title, body, isWide = false }: HostedPage, appName = 'Valetkey'): string {
  const brand = escapeHtml(appName);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)} · ${brand}</title><style>${STYLE}</style></head><body><main${isWide ? ' class="wide"' : ''}><div class="brand">${KEY}<span>${brand}</span></div><section><h1>${escapeHtml(title)}</h1>${body}</section></main></body></html>`;
}

/** For a visitor who is not signed in. */
export interface SignInText {
  /** The page that follows the sign-in. */
  readonly continuation: string;
  readonly text: string;
  readonly otherwise: string;
  /** In the demo a button replaces the app's sign-in. */
  readonly demoUserId: string | undefined;
}

/** @param signInUrl the page of the app that signs its user in here, if there is one */
export function renderSignInNeeded(
  { continuation, text, otherwise, demoUserId }: SignInText,
  signInUrl: string | undefined,
): HostedPage {
  const demo =
    demoUserId === undefined
      ? ''
      : `<form method="post" action="/connect/demo-session"><input type="hidden" name="continue" value="${escapeHtml(continuation)}"><p class="soft">This is the demo, so there is no app to sign in to.</p><button id="demo-sign-in" type="submit">Sign in as ${escapeHtml(demoUserId)}</button></form>`;
  const link = signInUrl
    ? `<p><a class="button" id="sign-in" href="${escapeHtml(signInUrl)}">Sign in</a></p>`
    : '';
  const body = `<p>${escapeHtml(text)}</p>${link}<p class="soft">${escapeHtml(otherwise)}</p>${demo}`;
  return { title: 'Who are you?', body };
}

/** A page with a notice only. */
export function renderNotice(title: string, text: string, retryUrl?: string): HostedPage {
  const retry = retryUrl ? `<p><a class="button" href="${escapeHtml(retryUrl)}">Try again</a></p>` : '';
  return { title, body: `<p>${escapeHtml(text)}</p>${retry}` };
}

import type { KeyKind } from '@valetkey/providers';
import type { ConsentText } from './connect-page.html.js';
import { escapeHtml, type HostedPage } from './hosted-page.html.js';

/** The page that asks for a key; `byHand` says how the user ends it. What was entered before is not shown again. */
export function renderKeyForm(text: ConsentText, key: KeyKind, byHand: string | undefined): HostedPage {
  const provider = escapeHtml(text.providerName);
  const { username } = key;
  const isAsked = key.kind !== 'none';
  const body = [
    text.problem ? `<p class="warn" role="alert" id="problem">${escapeHtml(text.problem)}</p>` : '',
    `<p><span class="who">${escapeHtml(text.askedBy)}</span> asks to use ${isAsked ? `your ${provider} account, with a key that you make there` : provider}. You are signed in as <span class="who" id="user">${escapeHtml(text.userId)}</span>.</p>`,
    text.account
      ? `<p>This is about the account <span class="who" id="account">${escapeHtml(text.account)}</span>.</p>`
      : '',
    `<p id="find">${escapeHtml(key.find)}</p>`,
    `<form method="post" action="/connect/${escapeHtml(text.authorizationId)}/key" autocomplete="off">`,
    username
      ? `<label class="field">${escapeHtml(username.label)}<input type="text" name="username" required maxlength="320" autocomplete="off" spellcheck="false"></label>`
      : '',
    isAsked
      ? `<label class="field">${escapeHtml(capitalized(key.label))}<input type="password" name="key" required maxlength="4000" autocomplete="off" spellcheck="false"></label>`
      : '',
    `<button id="connect" type="submit">Connect ${provider}</button></form>`,
    `<p class="soft">${isAsked ? 'Give it no more rights than are needed. Agents never see it. ' : ''}You can disconnect at any time, and every use is recorded.</p>`,
    byHand ? `<p class="soft">To end it at the provider: ${escapeHtml(byHand)}</p>` : '',
  ];
  return { title: `Connect ${text.providerName}`, body: body.join('') };
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

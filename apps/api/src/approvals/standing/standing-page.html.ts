import { escapeHtml } from '../../authorizations/index.js';
import { proxiedProvider } from '../../gateway/index.js';
import type { ApprovalView } from '../approval.view.js';
import type { StandingView } from './standing-approval.view.js';

const HOURS = {
  3_600: '1 hour',
  14_400: '4 hours',
  86_400: '1 day',
  604_800: '7 days',
  2_592_000: '30 days',
};
const USES = [1, 3, 10, 30, 100, 1_000];
const NAME = /^[A-Za-z_][\w-]*$/;
const PROXIED_NAMES = ['headers', 'contentType', 'body', 'encoding'];

/** The part of the form that decides on an approval in which later calls like it may be allowed. Works without script. */
export function standingFields({ action, arguments: shown }: ApprovalView): string {
  const members = Object.keys((shown ?? {}) as Record<string, unknown>).filter((name) => NAME.test(name));
  const isProxied = proxiedProvider(action) !== undefined;
  const free = isProxied ? members.filter((name) => PROXIED_NAMES.includes(name)) : members;
  const boxes = free.map(
    (name) =>
      `<label class="choice"><input type="checkbox" name="differs" value="${escapeHtml(name)}"> ${escapeHtml(name)}</label>`,
  );
  const times = Object.entries(HOURS).map(([seconds, name]) => `<option value="${seconds}">${name}</option>`);
  const uses = USES.map((count) => `<option${count === 10 ? ' selected' : ''}>${count}</option>`);
  return `<details id="standing"><summary>Allow this again without asking</summary><label class="field">For how long<select name="standing_for"><option value="">Ask me each time</option>${times.join('')}</select></label><label class="field">How many more times, at most<select name="standing_uses">${uses.join('')}</select></label>${isProxied ? pathField(shown) : ''}${boxes.length === 0 ? '' : `<fieldset><legend>What may differ then</legend>${boxes.join('')}</fieldset>`}<p class="soft">Everything else stays as it is here. You can take it back at any time, on the page of all that wait for you.</p></details>`;
}

function pathField(shown: unknown): string {
  const { target = '' } = shown as { target?: string };
  const path = escapeHtml(target.split('?')[0] ?? '');
  return `<label class="field">Path; {name} in place of a part that may differ<input type="text" name="path" value="${path}" maxlength="500"></label>`;
}

/** The standing approvals of a user that are in force, each with a way to take it back. */
export function renderStanding(
  all: readonly { standing: StandingView; agentName: string | undefined }[],
): string {
  if (all.length === 0) return '';
  return `<h2>Allowed without asking</h2><ul class="accounts" id="allowed">${all.map(item).join('')}</ul>`;
}

function item({ standing, agentName }: { standing: StandingView; agentName: string | undefined }): string {
  const { id, preview, usesLeft, uses, validUntil, pins } = standing;
  const free = [
    ...(pins.path === undefined ? [] : [`path like ${pins.path}`]),
    ...pins.vary,
    ...Object.entries(pins.atMost).map(([name, most]) => `${name} (up to ${most})`),
  ];
  const facts = [
    agentName ?? 'You',
    `${usesLeft} of ${uses} times left`,
    `until ${until(validUntil)}`,
    ...(free.length === 0 ? [] : [`may differ: ${free.join(', ')}`]),
  ];
  return `<li>Like this: ${escapeHtml(preview)}<br><span class="soft">${escapeHtml(facts.join(' · '))}</span><form method="post" action="/connect/standing-approvals/${escapeHtml(id)}/end"><button type="submit" class="quiet">Take back<span class="hidden">: ${escapeHtml(preview)}</span></button></form></li>`;
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

function until(at: string): string {
  return `${exact.format(new Date(at))} UTC`;
}

import { escapeHtml, type HostedPage } from '../authorizations/index.js';
import type { ApprovalView } from './approval.view.js';
import { renderStanding, standingFields } from './standing/standing-page.html.js';

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

/** One approval, as its user reads it. */
export interface ReadApproval {
  readonly approval: ApprovalView;
  /** Name of the agent that asks; none where the user did. */
  readonly agentName: string | undefined;
}

const STATUS_WORDS: Readonly<Record<ApprovalView['status'], string>> = {
  pending: 'Waits for a decision',
  approved: 'Approved',
  used: 'Approved and done',
  denied: 'Declined',
  expired: 'Expired',
  withdrawn: 'Called off',
  void: 'Not sent: it was no longer what was approved',
};

/** The list of what waits for the user's decision, and the newest that were decided. */
export function renderApprovals(
  userId: string,
  all: readonly ReadApproval[],
  allowed: Parameters<typeof renderStanding>[0],
): HostedPage {
  const waiting = all.filter(({ approval }) => approval.status === 'pending');
  const others = all.filter(({ approval }) => approval.status !== 'pending');
  const body = [
    `<p>Agents ask before they do these things for you. You are signed in as <span class="who" id="user">${escapeHtml(userId)}</span>.</p>`,
    waiting.length === 0
      ? '<p id="empty">Nothing waits for you.</p>'
      : `<ul class="accounts" id="waiting">${waiting.map(listed).join('')}</ul>`,
    renderStanding(allowed),
    others.length === 0 ? '' : `<h2>Before</h2><ul class="accounts">${others.map(listed).join('')}</ul>`,
    '<p><a href="/connect/history">What was done for you</a></p>',
  ];
  return { title: 'Waiting for your decision', body: body.join(''), isWide: true };
}

function listed({ approval, agentName }: ReadApproval): string {
  const status =
    approval.status === 'pending' ? `until ${time(approval.expiresAt)}` : STATUS_WORDS[approval.status];
  return `<li><a href="/connect/approvals/${escapeHtml(approval.id)}">${escapeHtml(approval.preview)}</a><br><span class="soft">${escapeHtml(agentName ?? 'You')} · ${escapeHtml(status)}</span></li>`;
}

/** One call in plain words, with the form that decides on it. */
export function renderApproval({ approval, agentName }: ReadApproval): HostedPage {
  const { status, preview, ask, account, policies, reason, expiresAt, uses, pins } = approval;
  const isWaiting = status === 'pending';
  const free = [
    ...pins.vary,
    ...Object.entries(pins.atMost).map(([name, most]) => `${name} (up to ${most})`),
  ];
  const facts = [
    fact('Asked by', agentName ?? 'you'),
    fact('Account', account.name),
    ask === undefined ? '' : fact('Because', ask),
    approval.needed > 1 ? fact('Agreed', `${approval.agreed.length} of ${approval.needed} people`) : '',
    uses > 1 ? fact('Times', `up to ${uses}`) : '',
    free.length > 0 ? fact('May differ', free.join(', ')) : '',
    policies.length > 0 ? fact('Rule', policies.join(', ')) : '',
    fact(isWaiting ? 'Decide until' : 'Asked for until', time(expiresAt)),
    isWaiting ? '' : fact('Now', STATUS_WORDS[status]),
    reason === undefined ? '' : fact('Reason', reason),
  ];
  const body = [
    `<p class="preview" id="preview">${escapeHtml(preview)}</p>`,
    `<dl>${facts.join('')}</dl>`,
    `<details><summary>Everything that will be sent</summary><pre>${escapeHtml(JSON.stringify(approval.arguments, undefined, 2))}</pre></details>`,
    isWaiting ? form(approval) : '',
    '<p><a href="/connect/approvals">All that wait for you</a></p>',
  ];
  return { title: isWaiting ? 'May this be done?' : STATUS_WORDS[status], body: body.join('') };
}

function form(approval: ApprovalView): string {
  const { id, approvers, agreed, needed, userId } = approval;
  const isOneOfTwo = agreed.some((one) => one.type === 'user' && one.id === userId);
  if (approvers === 'operator') return '<p id="others">An operator decides on this one.</p>';
  return `<form method="post" action="/connect/approvals/${escapeHtml(id)}/decision"><label class="field">Reason, which the agent reads<textarea name="reason" maxlength="500"></textarea></label>${needed > 1 ? '' : standingFields(approval)}${isOneOfTwo ? '<p id="agreed">You have agreed. Another person has to as well.</p>' : ''}<div class="choices">${isOneOfTwo ? '' : '<button type="submit" name="decision" value="approve">Approve</button>'}<button type="submit" class="quiet" name="decision" value="deny">Decline</button></div></form><p class="soft">${needed > 1 ? 'It is done once another person approves as well' : 'It is done once you approve'}, exactly as it stands here, and not if you decline.</p>`;
}

function fact(name: string, value: string): string {
  return `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`;
}

function time(at: string): string {
  return `${exact.format(new Date(at))} UTC`;
}

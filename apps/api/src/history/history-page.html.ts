import { escapeHtml, type HostedPage } from '../authorizations/index.js';
import { renderAccounts } from './account-list.html.js';
import type { UserAccount } from './user-accounts.js';
import type { HistoryChoice, HistoryEvent, HistoryPage, HistoryQuery } from './user-history.js';

/** Shows times and days in the reader's own zone. Without the script they are in UTC, and say so. */
export const LOCAL_TIMES = `
const format = (options) => new Intl.DateTimeFormat('en-GB', options);
const clock = format({ timeStyle: 'short' }), exact = format({ dateStyle: 'full', timeStyle: 'long' });
const day = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const days = new Map();
for (const item of document.querySelectorAll('#events li')) {
  const time = item.querySelector('time'), at = new Date(time.dateTime), name = day.format(at);
  time.textContent = clock.format(at);
  time.title = exact.format(at);
  if (!days.has(name)) {
    const heading = document.createElement('h2');
    heading.textContent = name;
    days.set(name, [heading, document.createElement('ol')]);
  }
  days.get(name)[1].append(item);
}
document.getElementById('events').replaceChildren(...[...days.values()].flat());
document.getElementById('zone').textContent = 'Times are in ' + clock.resolvedOptions().timeZone.replaceAll('_', ' ') + '.';
`;

const PATH = '/connect/history';
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'UTC' });
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long', timeZone: 'UTC' });

/** The user who reads the page. */
export interface Reader {
  readonly userId: string;
  readonly accounts: readonly UserAccount[];
  /** The place where accounts are connected, in a sentence. */
  readonly app: string;
}

/** The history of a user: one sentence an event, by day, newest first. */
export function renderHistory(
  { userId, accounts, app }: Reader,
  page: HistoryPage,
  query: HistoryQuery,
): HostedPage {
  const { events } = page;
  const body = [
    `<p>Everything that was done with your accounts, and by whom. You are signed in as <span class="who" id="user">${escapeHtml(userId)}</span>.</p>`,
    renderAccounts(accounts, app),
    filters(page, query),
    events.length === 0
      ? `<p id="empty">${emptyWords(page, query)}</p>`
      : `<p class="soft"><span id="zone">Times are in UTC.</span> A proof is a file that shows, to anybody and without us, that an event stands in our log.</p><div id="events">${byDay(events)}</div>`,
    links(page, query),
    events.length === 0 ? '' : `<script>${LOCAL_TIMES}</script>`,
  ];
  return { title: 'What was done for you', body: body.join(''), isWide: true };
}

function filters({ agents, accounts }: HistoryPage, { agentId, target }: HistoryQuery): string {
  if (agents.length + accounts.length === 0) return '';
  return `<form method="get" action="${PATH}" class="filters">${choice({ name: 'agentId', label: 'Agent', all: 'All agents' }, agents, agentId)}${choice({ name: 'target', label: 'Account', all: 'All accounts' }, accounts, target)}<button type="submit">Show</button></form>`;
}

function choice(
  { name, label, all }: Readonly<Record<'name' | 'label' | 'all', string>>,
  choices: readonly HistoryChoice[],
  chosen: string | undefined,
): string {
  const known = choices.some(({ id }) => id === chosen) || chosen === undefined;
  const options = [
    { id: '', name: all },
    ...choices,
    ...(known || chosen === undefined ? [] : [{ id: chosen, name: chosen }]),
  ].map(
    (each) =>
      `<option value="${escapeHtml(each.id)}"${each.id === (chosen ?? '') ? ' selected' : ''}>${escapeHtml(each.name)}</option>`,
  );
  return `<label>${label}<select name="${name}">${options.join('')}</select></label>`;
}

function byDay(events: readonly HistoryEvent[]): string {
  const days = Map.groupBy(events, ({ at }) => at.slice(0, 10));
  return [...days.values()]
    .map((ofDay) => `<h2>${day.format(new Date(ofDay[0]?.at ?? 0))}</h2><ol>${ofDay.map(line).join('')}</ol>`)
    .join('');
}

function line({ id, at, outcome, sentence }: HistoryEvent): string {
  const time = new Date(at);
  const look = outcome === 'failed' || outcome === 'denied' ? ' class="warn"' : '';
  const proof = `<a class="proof" href="${PATH}/events/${escapeHtml(id)}/proof" aria-describedby="${escapeHtml(id)}">Proof</a>`;
  return `<li><time datetime="${at}" title="${exact.format(time)}">${clock.format(time)}</time><span${look} id="${escapeHtml(id)}">${escapeHtml(sentence)}</span>${proof}</li>`;
}

function emptyWords({ older, newer }: HistoryPage, { agentId, target }: HistoryQuery): string {
  if (older !== undefined || newer !== undefined) return 'Nothing in this stretch of time.';
  return agentId === undefined && target === undefined
    ? 'Nothing yet. What agents do for you will be listed here.'
    : 'Nothing of that kind.';
}

function links({ older, newer }: HistoryPage, { agentId, target }: HistoryQuery): string {
  const link = (name: 'older' | 'newer', cursor: string | undefined, words: string) => {
    if (cursor === undefined) return '';
    const members = Object.entries({ agentId, target, [name]: cursor });
    const query = new URLSearchParams(members.filter((member): member is [string, string] => !!member[1]));
    return `<a rel="${name === 'older' ? 'next' : 'prev'}" href="${escapeHtml(`${PATH}?${query}`)}">${words}</a>`;
  };
  const both = link('newer', newer, '← Newer') + link('older', older, 'Older →');
  return both === '' ? '' : `<nav aria-label="Pages">${both}</nav>`;
}

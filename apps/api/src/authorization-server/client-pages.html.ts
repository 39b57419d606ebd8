import { escapeHtml, type HostedPage } from '../authorizations/index.js';
import type { LiveSession } from '../mcp/index.js';
import type { ClientRequest } from './client-consent.js';

export interface LetInText {
  readonly request: ClientRequest;
  readonly userId: string;
  readonly agents: readonly { readonly id: string; readonly name: string }[];
  readonly providers: readonly { readonly id: string; readonly displayName: string }[];
}

/** Asks the user whether a client may act for them, as which agent, and with which tools. */
export function renderLetIn({ request, userId, agents, providers }: LetInText): HostedPage {
  const { uid, client } = request;
  const name = escapeHtml(client.name);
  const body = [
    `<p><span class="who" id="client">${name}</span> asks to act for you. You are signed in as <span class="who" id="user">${escapeHtml(userId)}</span>.</p>`,
    `<p class="soft" id="origin">${originOf(request)}</p>`,
    `<p>Did you not start this yourself, just now? Then do not allow it.</p>`,
    `<form method="post" action="/connect/clients/${escapeHtml(uid)}/decision">`,
    agentChoice(agents),
    `<fieldset><legend>It may use</legend>${providers.map(checkbox).join('')}</fieldset>`,
    `<label class="choice"><input type="checkbox" name="readOnly" value="yes"> Only to read, never to change anything</label>`,
    `<p class="soft">It never sees a password or token of these accounts. Every use is recorded, and you can end this at any time, <a href="/connect/clients">where your clients are listed</a>.</p>`,
    `<p class="choices"><button id="allow" type="submit" name="decision" value="allow">Allow</button>`,
    `<button id="decline" class="quiet" type="submit" name="decision" value="decline" formnovalidate>Do not allow</button></p></form>`,
  ];
  return { title: `Let ${client.name} in?`, body: body.join('') };
}

/** The clients that a user has let in. */
export function renderClients(userId: string, sessions: readonly LiveSession[]): HostedPage {
  const rows = sessions.map(
    ({ id, by, agentName, createdAt }) =>
      `<li><strong>${escapeHtml('client' in by ? by.client.name : id)}</strong> acts as ${escapeHtml(agentName)}, since <time datetime="${createdAt.toISOString()}">${DAY.format(createdAt)}</time>` +
      `<form method="post" action="/connect/clients/${escapeHtml(id)}/end"><button class="quiet" type="submit">End</button></form></li>`,
  );
  const body =
    `<p>You are signed in as <span class="who" id="user">${escapeHtml(userId)}</span>.</p>` +
    (rows.length === 0
      ? '<p>No client of your own may act for you.</p>'
      : `<ul class="accounts" id="clients">${rows.join('')}</ul>`);
  return { title: 'Clients that act for you', body };
}

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' });

/** How far the name can be believed, and where the browser will be sent. */
function originOf({ client, redirectUri }: ClientRequest): string {
  const identity =
    client.host === undefined
      ? 'It calls itself so, and nobody has checked that.'
      : `It is described at <span class="who">${escapeHtml(client.host)}</span>.`;
  return `${identity} Your answer goes to <span class="who">${escapeHtml(destinationOf(redirectUri))}</span>.`;
}

function destinationOf(redirectUri: string): string {
  const { protocol, hostname, host } = new URL(redirectUri);
  if (['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return 'a program on this computer';
  return ['http:', 'https:'].includes(protocol) ? host : `the app that opens ${protocol} links`;
}

function agentChoice(agents: LetInText['agents']): string {
  const [only, ...others] = agents;
  if (only && others.length === 0)
    return `<input type="hidden" name="agent" value="${escapeHtml(only.id)}"><p>It follows the rules of the agent <span class="who" id="agent">${escapeHtml(only.name)}</span>.</p>`;
  const options = agents.map(
    ({ id, name }) => `<option value="${escapeHtml(id)}">${escapeHtml(name)}</option>`,
  );
  return `<label class="field">It follows the rules of the agent <select name="agent" id="agent">${options.join('')}</select></label>`;
}

const checkbox = ({ id, displayName }: LetInText['providers'][number]) =>
  `<label class="choice"><input type="checkbox" name="providers" value="${escapeHtml(id)}" checked> ${escapeHtml(displayName)}</label>`;

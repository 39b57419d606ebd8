import { findAction, findProvider } from '@valetkey/providers';
import type { AuditType, OwnEvent } from '../audit/index.js';

/** Names that an event does not contain itself. */
export interface HistoryNames {
  /** Names of agents, by id. */
  readonly agents: ReadonlyMap<string, string>;
  /** Names of accounts as users know them, by target. */
  readonly accounts: ReadonlyMap<string, string>;
}

interface Context {
  readonly event: OwnEvent;
  readonly names: HistoryNames;
}
type What = (context: Context) => string;
/** The verb in the infinitive and the past, and its object. */
type Deed = readonly [toDo: string, done: string, what: What];

const account: What = ({ event: { target }, names }) =>
  target === undefined ? 'an account of yours' : `your ${names.accounts.get(target) ?? target} account`;
const around =
  (before: string, after = ''): What =>
  (context) =>
    `${before} ${account(context)}${after}`;
const plain = (text: string): What => {
  return () => text;
};
const action: What = ({ event: { action: id = '' } }) => `“${actionTitle(id)}”`;

/** An action as the consent page names it. */
function actionTitle(id: string): string {
  const [providerId = '', rest] = id.split('.', 2);
  if (id === 'connection.disconnect') return 'Disconnect an account';
  if (rest === 'proxy') return `A request to ${findProvider(providerId)?.displayName ?? providerId}`;
  return findAction(id)?.title ?? id;
}

const DEEDS: Partial<Record<AuditType, Deed>> = {
  'access.denied': [
    'use',
    'used',
    (context) => (context.event.action === undefined ? 'something of yours' : action(context)),
  ],
  'access_token.read': ['read', 'read', around('an access token of')],
  'action.run': ['run', 'ran', (context) => `${action(context)} with ${account(context)}`],
  'approval.agreed': ['agree', 'agreed', (context) => `to ${action(context)}; another person has to as well`],
  'approval.decided': ['decide', 'decided', (context) => `whether ${action(context)} may run`],
  'approval.requested': ['ask', 'asked', (context) => `whether ${action(context)} may run`],
  'approval.used': ['use', 'used', (context) => `your approval of ${action(context)}`],
  'audit_event.exported': ['export', 'exported', plain('events about you from the audit log')],
  'authorization.completed': ['allow', 'allowed', around('access to')],
  'authorization.started': ['ask', 'asked', around('for access to')],
  'connection.checked': ['check', 'checked', around('whether', ' still works')],
  'connection.created': ['connect', 'connected', account],
  'connection.disconnected': ['disconnect', 'disconnected', account],
  'connection.imported': ['import', 'imported', around('access to')],
  'connection.reauthorized': ['connect', 'connected', (context) => `${account(context)} again`],
  'connection.revoked': ['end', 'ended', around('access to', ' at the provider')],
  'connection.updated': ['change', 'changed', around('the name of')],
  'request.forwarded': ['send', 'sent', around('a request to')],
  'schedule.created': ['schedule', 'scheduled', (context) => `${action(context)} again and again`],
  'schedule.deleted': ['delete', 'deleted', (context) => `the schedule of ${action(context)}`],
  'schedule.paused': ['pause', 'paused', (context) => `the schedule of ${action(context)}`],
  'schedule.run_refused': ['run', 'ran', (context) => `the schedule of ${action(context)}`],
  'schedule.updated': ['change', 'changed', (context) => `the schedule of ${action(context)}`],
  'session.created': ['let', 'let', plain('an agent act for you for a time')],
  'session.ended': ['end', 'ended', plain('the time in which an agent could act for you')],
  'session.narrowed': ['limit', 'limited', plain('what an agent may do for you')],
  'standing_approval.created': [
    'let',
    'let',
    (context) => `${agentOf(context)} run ${action(context)} without asking, for a time`,
  ],
  'standing_approval.used': ['use', 'used', (context) => `your standing approval of ${action(context)}`],
  'task.canceled': ['cancel', 'canceled', (context) => `the task ${action(context)}`],
  'task.outcome_decided': ['say', 'said', (context) => `what became of the task ${action(context)}`],
  'task.queued': ['queue', 'queued', (context) => `the task ${action(context)}`],
  'task.retried': ['run', 'started', (context) => `the task ${action(context)} again`],
  'token_set.refresh_failed': ['renew', 'renewed', around('access to')],
  'token_set.refreshed': ['renew', 'renewed', around('access to')],
  'user.deleted': ['delete', 'deleted', plain('everything that was stored about you')],
  'user_token.created': ['get', 'got', plain('a token that speaks for you')],
};

/** Events that are not an act of the actor. */
const FACTS: Partial<Record<AuditType, What>> = {
  'approval.expired': (context) => `The request for ${action(context)}${ofAgent(context)} expired`,
  'authorization.denied': around('You did not allow access to'),
  'authorization.failed': (context) => `Connecting ${account(context)} did not work`,
  'connection.expired': around('Access to', ' ended'),
  'standing_approval.ended': (context) =>
    `The standing approval of ${action(context)}${ofAgent(context)} ended`,
  'schedule.run_missed': (context) => `A run of the schedule of ${action(context)} was missed`,
  'task.waiting_for_authorization': (context) =>
    `The task ${action(context)}${ofAgent(context)} waits for access that only you can give`,
  'task.finished': (context) =>
    `The task ${action(context)}${ofAgent(context)} ${context.event.outcome === 'succeeded' ? 'is done' : 'ended without success'}`,
};

/**
 * An event as one sentence to the user whom it concerns: "demo-agent ran “Read an e-mail” with your Google account."
 */
export function sentenceOf(event: OwnEvent, names: HistoryNames): string {
  const context = { event, names };
  const fact = FACTS[event.type];
  if (fact) return `${fact(context)}${because(event)}.`;
  const who = actorName(context);
  const [toDo, done, what] = DEEDS[event.type] ?? unknownDeed(event.type);
  switch (event.outcome) {
    case 'succeeded':
      return `${who} ${done} ${what(context)}.`;
    case 'intended':
      return `${who} began to ${toDo} ${what(context)}.`;
    case 'failed':
      return `${who} tried to ${toDo} ${what(context)}, without success${because(event)}.`;
    case 'denied':
      return `${who} asked to ${toDo} ${what(context)} and ${who === 'You' ? 'were' : 'was'} refused${because(event)}.`;
  }
}

function actorName({ event: { actor }, names }: Context): string {
  if (actor.type === 'user') return actor.id === '' ? 'Another user' : 'You';
  if (actor.type === 'agent') return names.agents.get(actor.id) ?? 'An agent';
  return actor.type === 'operator' ? 'An operator' : 'Valetkey';
}

function ofAgent({ event: { agentId }, names }: Context): string {
  return agentId === undefined ? '' : ` of ${names.agents.get(agentId) ?? 'an agent'}`;
}

function agentOf({ event: { agentId }, names }: Context): string {
  return agentId === undefined ? 'you' : (names.agents.get(agentId) ?? 'an agent');
}

/** A type that has no words of its own yet. */
function unknownDeed(type: string): Deed {
  const [thing = type, verb = 'recorded'] = type.split('.').map((word) => word.replaceAll('_', ' '));
  return [`see ${verb}`, verb, plain(`the ${thing}`)];
}

function because({ outcome, detail }: OwnEvent): string {
  if (outcome === 'succeeded' || outcome === 'intended') return '';
  const reason = detail['code'] ?? detail['reason'];
  return typeof reason === 'string' && /^[a-z_ 0-9]{1,60}$/.test(reason)
    ? ` (${reason.replaceAll('_', ' ')})`
    : '';
}

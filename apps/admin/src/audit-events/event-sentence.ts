import type { AuditEvent } from '../api-types';

/** One piece of a sentence: plain words, a name to stress, or a technical id. */
export interface Part {
  text: string;
  kind?: 'name' | 'code';
}

const words = (text: string): Part => ({ text });
const name = (text: string): Part => ({ text, kind: 'name' });
const code = (text: string): Part => ({ text, kind: 'code' });

const actorWords = ({ actor }: AuditEvent): Part[] => {
  if (actor.type === 'system') return [words('Valetkey')];
  const kind = actor.type[0]?.toUpperCase() + actor.type.slice(1);
  return [words(`${kind} `), name(actor.name ?? actor.id)];
};

const detailText = (event: AuditEvent, key: string): string | undefined => {
  const value = event.detail?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

type Phrase = (event: AuditEvent) => Part[];

const account: Phrase = ({ target }) => (target ? [name(target), words(' account')] : [words('account')]);
const ran: Phrase = ({ action }) => [words('ran '), action ? code(action) : words('an action')];
const task =
  (verb: string): Phrase =>
  ({ action }) => [words(`${verb} a task`), ...(action ? [words(' to run '), code(action)] : [])];
const about =
  (verb: string, thing: string): Phrase =>
  (event) => {
    const named = detailText(event, 'name') ?? event.target;
    return [words(`${verb} ${thing}`), ...(named ? [words(' '), name(named)] : [])];
  };
const said =
  (text: string): Phrase =>
  () => [words(text)];
const withAccount =
  (verb: string): Phrase =>
  (event) => [words(`${verb} the `), ...account(event)];

const phrases: Record<string, Phrase> = {
  'access_token.read': (event) => [words('read the access token of the '), ...account(event)],
  'access_token.denied': (event) => [words('asked for the access token of the '), ...account(event)],
  'access_token.refreshed': (event) => [words('refreshed the access token of the '), ...account(event)],
  'token_set.refreshed': (event) => [words('refreshed the tokens of the '), ...account(event)],
  'token_set.stored': (event) => [words('stored the tokens of the '), ...account(event)],
  'action.executed': ran,
  'action.ran': ran,
  'action.run': ran,
  'action.called': ran,
  'proxy.called': (event) => [
    words('called the API of '),
    name(event.target ?? 'a provider'),
    words(' directly'),
  ],
  'connection.created': withAccount('connected'),
  'connection.imported': withAccount('imported'),
  'connection.upgraded': withAccount('allowed more for'),
  'connection.updated': withAccount('updated'),
  'connection.refreshed': withAccount('refreshed'),
  'connection.revoked': withAccount('revoked'),
  'connection.disconnected': withAccount('disconnected'),
  'authorization.started': (event) => [words('started to connect the '), ...account(event)],
  'authorization.completed': (event) => [words('finished connecting the '), ...account(event)],
  'authorization.denied': (event) => [words('declined to connect the '), ...account(event)],
  'authorization.failed': (event) => [words('tried to connect the '), ...account(event)],
  'task.created': task('queued'),
  'task.queued': task('queued'),
  'task.started': task('started'),
  'task.finished': task('finished'),
  'task.succeeded': task('finished'),
  'task.failed': task('gave up'),
  'task.canceled': task('canceled'),
  'task.retried': task('retried'),
  'agent.created': about('created', 'agent'),
  'agent.updated': about('changed', 'agent'),
  'agent.disabled': about('disabled', 'agent'),
  'agent.enabled': about('enabled', 'agent'),
  'agent_key.created': about('created a key for', 'agent'),
  'agent_key.revoked': about('revoked a key of', 'agent'),
  'connector.created': about('added', 'connector'),
  'connector.updated': about('changed', 'connector'),
  'operator.signed_in': said('signed in'),
  'operator.signed_out': said('signed out'),
  'operator_session.created': said('signed in'),
  'operator_session.ended': said('signed out'),
  'operator.created': about('created', 'operator'),
  'user_token.created': said('created a user token'),
  'user_token.minted': said('created a user token'),
};

export const knownEventTypes = Object.keys(phrases).sort();

/** A type this dashboard has never seen still reads: `policy_rule.deleted` becomes "deleted a policy rule". */
const fallback: Phrase = ({ type, action }) => {
  const [resource = type, verb = 'recorded'] = type.split('.');
  const thing = resource.replaceAll('_', ' ');
  const article = /^[aeiou]/.test(thing) ? 'an' : 'a';
  return [
    words(`${verb.replaceAll('_', ' ')} ${article} ${thing}`),
    ...(action ? [words(' for '), code(action)] : []),
  ];
};

const userWords = (event: AuditEvent): Part[] =>
  event.userId && !(event.actor.type === 'user' && event.actor.id === event.userId)
    ? [words(' for user '), name(event.userId)]
    : [];

const because = (event: AuditEvent): string => {
  if (event.outcome !== 'failed' && event.outcome !== 'denied') return '';
  const reason = detailText(event, 'code') ?? detailText(event, 'reason') ?? detailText(event, 'error');
  return reason ? ` (${reason.replaceAll('_', ' ')})` : '';
};

/** "Agent demo-agent ran google-calendar.events.create for user ada: succeeded" */
export const sentenceParts = (event: AuditEvent): Part[] => [
  ...actorWords(event),
  words(' '),
  ...(Object.hasOwn(phrases, event.type) ? (phrases[event.type] ?? fallback) : fallback)(event),
  ...userWords(event),
  words(`: ${event.outcome}${because(event)}`),
];

export const sentence = (event: AuditEvent): string =>
  sentenceParts(event)
    .map(({ text }) => text)
    .join('');

import type { AuditEvent } from '../api-types';

/** One piece of a sentence: plain words, a name to stress, or a technical id. */
export interface Part {
  text: string;
  kind?: 'name' | 'code';
}

const words = (text: string): Part => ({ text });
const name = (text: string): Part => ({ text, kind: 'name' });
const code = (text: string): Part => ({ text, kind: 'code' });

/** Names that the event itself does not contain; the caller looks them up. */
export interface Names {
  actor?: string | undefined;
  agent?: string | undefined;
}

const actorWords = ({ actor }: AuditEvent, names: Names): Part[] => {
  if (actor.type === 'system') return [words('Valetkey')];
  if (actor.id === 'unknown') return [words('Somebody')];
  if (actor.id === '') return [words('A user who was erased')];
  const kind = actor.type[0]?.toUpperCase() + actor.type.slice(1);
  return [words(`${kind} `), name(names.actor ?? actor.id)];
};

const detailText = (event: AuditEvent, key: string): string | undefined => {
  const value = event.detail?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

type Phrase = (event: AuditEvent, names: Names) => Part[];

const account = (before: string, after = ''): Phrase => {
  const tail = after === '' ? [] : [words(after)];
  return ({ target }) =>
    target
      ? [words(`${before} the `), name(target), words(' account'), ...tail]
      : [words(`${before} an account`), ...tail];
};
const running = (before: string): Phrase => {
  return ({ action }) => (action ? [words(`${before} `), code(action)] : [words(`${before} an action`)]);
};
const agent =
  (before: string): Phrase =>
  (event, names) => {
    const named = detailText(event, 'name') ?? names.agent ?? event.agentId;
    return [words(`${before} agent`), ...(named ? [words(' '), name(named)] : [])];
  };
const said =
  (text: string): Phrase =>
  () => [words(text)];

const connectorChanges: Record<string, string> = {
  created: 'created',
  updated: 'changed',
  disabled: 'disabled',
  enabled: 'enabled',
};
const connector: Phrase = ({ target, detail }) => {
  const change = detail?.['disabled'] === true ? 'disabled' : String(detail?.['change']);
  return [words(`${connectorChanges[change] ?? 'set up'} connector `), name(target ?? 'unknown')];
};

const policy =
  (before: string): Phrase =>
  (event) => {
    const named = detailText(event, 'name');
    return [words(`${before} ${named ? 'policy ' : 'a policy'}`), ...(named ? [name(named)] : [])];
  };

const webhook =
  (before: string): Phrase =>
  (event) => [words(`${before} the webhook at `), name(detailText(event, 'host') ?? 'an unknown host')];

const phrases: Record<string, Phrase> = {
  'access.denied': (event) =>
    event.action ? running('asked to run')(event, {}) : account('asked to use')(event, {}),
  'access_token.read': account('read the access token of'),
  'action.run': running('ran'),
  'agent.created': agent('created'),
  'agent.updated': agent('changed'),
  'agent_key.created': agent('created a key for'),
  'agent_key.revoked': agent('revoked a key of'),
  'approval.agreed': said('agreed, as one of two, to a call of an agent'),
  'authorization.completed': account('finished authorizing'),
  'authorization.denied': account('declined to authorize'),
  'authorization.failed': account('tried to authorize'),
  'authorization.started': account('started to authorize'),
  'connection.checked': account('asked the provider about'),
  'connection.created': account('connected'),
  'connection.disconnected': account('disconnected'),
  'connection.expired': account('lost access to'),
  'connection.imported': account('imported'),
  'connection.reauthorized': account('connected', ' again'),
  'connection.revoked': account('revoked', ' at the provider'),
  'connection.updated': account('changed'),
  'connector.configured': connector,
  'connector.deleted': ({ target }) => [words('deleted connector '), name(target ?? 'unknown')],
  'connector.tested': ({ target }) => [words('tested connector '), name(target ?? 'unknown')],
  'operator.created': said('created an operator'),
  'operator.deleted': said('removed an operator'),
  'operator.factor_added': said('set a second factor up'),
  'operator.factor_removed': said('removed a second factor'),
  'operator.factor_renamed': said('renamed a passkey'),
  'operator.invited': said('invited an operator'),
  'operator.link_allowed': said('let an operator be linked to single sign-on'),
  'operator.linked': said('linked an operator to single sign-on'),
  'operator.password_changed': said('set a new password'),
  'operator.password_reset': said('made a link that resets the password of an operator'),
  'operator.reauthenticated': said('confirmed who they are'),
  'operator.recovery_codes_created': said('made recovery codes'),
  'operator.session_ended': said('ended sessions of an operator'),
  'operator.updated': said('changed an operator'),
  'operator.sign_in_failed': said('tried to sign in'),
  'operator.signed_in': said('signed in'),
  'operator.signed_out': said('signed out'),
  'audit_erasure.finished': said('finished erasing a user from the audit log'),
  'audit_erasure.started': said('began to erase a user from the audit log'),
  'audit_event.erased': said('erased what events of the audit log said about a user'),
  'audit_event.exported': said('exported the audit log'),
  'audit_log.continued': said('went on with the audit log as a tree'),
  'audit_log.trimmed': ({ detail }) => [
    words(`let go of the audit log before ${String(detail?.['before']).slice(0, 10)}`),
  ],
  'policy.created': policy('created'),
  'policy.deleted': policy('deleted'),
  'policy.updated': policy('changed'),
  'request.forwarded': account('sent a request to'),
  'schedule.created': running('scheduled'),
  'schedule.deleted': running('deleted a schedule of'),
  'schedule.paused': running('paused a schedule of'),
  'schedule.run_missed': running('missed a run of the schedule of'),
  'schedule.run_refused': running('could not make the scheduled run of'),
  'schedule.updated': running('changed a schedule of'),
  'session.created': said('made a session for an MCP client'),
  'session.ended': said('ended a session of an MCP client'),
  'session.narrowed': said('narrowed a session of an MCP client'),
  'task.canceled': running('canceled a task to run'),
  'task.finished': running('finished a task to run'),
  'task.outcome_decided': running('said what became of a task to run'),
  'task.queued': running('queued a task to run'),
  'task.retried': running('retried a task to run'),
  'task.waiting_for_authorization': running('had the user be asked before it goes on to run'),
  'token_set.refresh_failed': account('tried to refresh the tokens of'),
  'token_set.refreshed': account('refreshed the tokens of'),
  'user.deleted': said('deleted the user'),
  'user_token.created': said('created a user token'),
  'webhook.created': webhook('added'),
  'webhook.deleted': webhook('deleted'),
  'webhook.disabled': webhook('disabled'),
  'webhook.failed': webhook('failed to send to'),
  'webhook.replayed': said('sent a message to a webhook again'),
  'webhook.secret_rotated': webhook('rotated the secret of'),
  'webhook.tested': webhook('tried out'),
  'webhook.updated': webhook('changed'),
};

export const knownEventTypes = Object.keys(phrases);

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

const phraseOf = ({ type }: AuditEvent): Phrase =>
  Object.hasOwn(phrases, type) ? (phrases[type] ?? fallback) : fallback;

/** "Agent demo-agent ran google-calendar.events.create for user ada: succeeded" */
export const sentenceParts = (event: AuditEvent, names: Names = {}): Part[] => [
  ...actorWords(event, names),
  words(' '),
  ...phraseOf(event)(event, names),
  ...userWords(event),
  words(`: ${event.outcome}${because(event)}`),
];

export const sentence = (event: AuditEvent, names?: Names): string =>
  sentenceParts(event, names)
    .map(({ text }) => text)
    .join('');

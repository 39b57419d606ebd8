import { z } from 'zod';
import type { AuditEvent, AuditType } from '../audit/index.js';

/** Whether an event of the audit log is one to tell of. */
type Condition = (event: AuditEvent) => boolean;

/** A type of event that calling apps are told of. */
export interface WebhookEvent {
  /** A sentence for the description of the API. */
  readonly summary: string;
  /** The member of `data` that names what it is about: events of one object are sent in their order. */
  readonly object: string;
  /** The told members: names and ids, never a token or content of a user. */
  readonly data: z.ZodObject;
  /** The events of the audit log that it is told of; none: it is sent on request. */
  readonly from: Readonly<Partial<Record<AuditType, Condition>>>;
}

const always: Condition = () => true;
const succeeded: Condition = ({ outcome }) => outcome === 'succeeded';
const missingScope: Condition = (event) => succeeded(event) && missingScopesOf(event).length > 0;
const endedByProvider: Condition = ({ detail }) => detail['reason'] === 'revoked';
const importedAnew =
  (isNew: boolean): Condition =>
  ({ outcome, detail }) =>
    outcome === 'succeeded' && (detail['isNew'] !== false) === isNew;
const finishedAs =
  (status: string): Condition =>
  ({ detail }) =>
    detail['status'] === status;
const decidedAs =
  (decision: string): Condition =>
  ({ detail }) =>
    detail['decision'] === decision;

const id = z.string().describe('Of the object; read the rest from the API.');
const sequence = z
  .int()
  .describe('Grows with each event: of two events of one object, the one with the higher number came later.');
const userId = z.string().describe('The id that your app uses.').optional();
const agentId = z.string().optional();
const target = z.string().optional();

const connection = { sequence, connectionId: id, userId, agentId, target };
const authorization = {
  sequence,
  authorizationId: id,
  userId,
  agentId,
  target,
  connectionId: z.string().describe('The connection that it was for, if it was for one.').optional(),
};
const task = {
  sequence,
  taskId: id,
  userId,
  agentId,
  connectionId: z.string().optional(),
  action: z.string().optional(),
};
const approval = {
  sequence,
  approvalId: id,
  taskId: z.string().describe('The task that waits for it.'),
  userId,
  agentId,
  connectionId: z.string().optional(),
  action: z.string().optional(),
};
const standingApproval = {
  sequence,
  standingApprovalId: id,
  userId,
  agentId,
  connectionId: z.string().optional(),
  action: z.string().optional(),
};
const code = z.string().describe('The stable code of the problem.').optional();
const host = z.string().describe('Of its address.');
const reason = z.string().optional();
const scopes = z.array(z.string()).optional();

const about = (
  object: string,
  summary: string,
  data: z.ZodRawShape,
  from: WebhookEvent['from'],
): WebhookEvent => ({ object, summary, data: z.object(data), from });

/** Every type of event, in one table. */
export const WEBHOOK_EVENTS = {
  'agent.disabled': about(
    'agentId',
    'An agent was disabled: its keys work no longer.',
    { sequence, agentId: id },
    { 'agent.updated': ({ detail }) => detail['disabled'] === true },
  ),
  'approval.agreed': about(
    'approvalId',
    'One of the people who have to agree to what an agent wants to do has agreed.',
    { ...approval, agreed: z.int(), needed: z.int() },
    { 'approval.agreed': succeeded },
  ),
  'approval.decided': about(
    'approvalId',
    'A person has agreed to what an agent wants to do, or declined it.',
    { ...approval, decision: z.enum(['approve', 'deny']) },
    { 'approval.decided': succeeded },
  ),
  'approval.expired': about('approvalId', 'An approval has expired: nothing more is sent.', approval, {
    'approval.expired': always,
  }),
  'approval.requested': about(
    'approvalId',
    'What an agent wants to do waits until a person agrees.',
    approval,
    { 'approval.requested': succeeded },
  ),
  'authorization.completed': about(
    'authorizationId',
    'A user has consented at the provider.',
    { ...authorization, scopes },
    { 'authorization.completed': succeeded },
  ),
  'authorization.denied': about('authorizationId', 'A user has declined at the provider.', authorization, {
    'authorization.denied': always,
  }),
  'connection.created': about(
    'connectionId',
    'An account was connected or imported.',
    { ...connection, scopes },
    { 'connection.created': succeeded, 'connection.imported': importedAnew(true) },
  ),
  'connection.expired': about(
    'connectionId',
    'A connection works no longer until its user connects again.',
    { ...connection, reason },
    { 'connection.expired': (event) => !endedByProvider(event) },
  ),
  'connection.reauthorized': about(
    'connectionId',
    'A user has connected an account again, or given it more scopes.',
    { ...connection, scopes },
    { 'connection.reauthorized': succeeded, 'connection.imported': importedAnew(false) },
  ),
  'connection.revoked': about(
    'connectionId',
    'A connection has ended: it was disconnected here, or revoked at the provider.',
    { ...connection, reason },
    { 'connection.disconnected': succeeded, 'connection.expired': endedByProvider },
  ),
  'connection.scope_missing': about(
    'connectionId',
    'A connection has fewer scopes than were asked for, or than it had.',
    { ...connection, missingScopes: scopes },
    {
      'connection.created': missingScope,
      'connection.imported': missingScope,
      'connection.reauthorized': missingScope,
      'connection.checked': missingScope,
    },
  ),
  'standing_approval.created': about(
    'standingApprovalId',
    'A person lets an agent do something again without asking, for a time and a number of uses.',
    {
      ...standingApproval,
      approvalId: z.string().describe('The decision that it was made with.'),
      uses: z.int(),
      validUntil: z.iso.datetime(),
    },
    { 'standing_approval.created': succeeded },
  ),
  'standing_approval.ended': about(
    'standingApprovalId',
    'What an agent could do without asking asks again.',
    {
      ...standingApproval,
      reason: z
        .string()
        .describe('taken_back, expired, disconnected, agent_disabled, agent_key_revoked or session_ended.'),
    },
    { 'standing_approval.ended': always },
  ),
  'task.canceled': about('taskId', 'A task was canceled.', { ...task, code }, { 'task.canceled': succeeded }),
  'task.failed': about(
    'taskId',
    'A task has failed for good.',
    { ...task, code },
    { 'task.finished': finishedAs('failed') },
  ),
  'task.outcome_unknown': about(
    'taskId',
    'Whether a task has happened cannot be known; a person decides.',
    { ...task, code },
    { 'task.finished': finishedAs('outcome_unknown') },
  ),
  'task.outcome_decided': about(
    'taskId',
    'Somebody has said what became of a task whose outcome cannot be known, or that it is to be left.',
    { ...task, decision: z.enum(['happened', 'send_again', 'leave']) },
    { 'task.outcome_decided': always },
  ),
  'task.queued': about('taskId', 'A task was queued.', task, { 'task.queued': succeeded }),
  'task.retried': about('taskId', 'A task that had ended was queued again.', task, {
    'task.retried': succeeded,
    'task.outcome_decided': decidedAs('send_again'),
  }),
  'task.succeeded': about('taskId', 'A task has done its work.', task, {
    'task.finished': finishedAs('succeeded'),
    'task.outcome_decided': decidedAs('happened'),
  }),
  'task.waiting_for_authorization': about(
    'taskId',
    'A task waits until its user consents; read its link from the API and give it to them.',
    { ...task, code, missingScopes: scopes },
    { 'task.waiting_for_authorization': always },
  ),
  'webhook.disabled': about(
    'webhookId',
    'An endpoint was disabled because it takes no messages; other endpoints are told.',
    { sequence, webhookId: id, host, reason },
    { 'webhook.disabled': always },
  ),
  'webhook.failing': about(
    'webhookId',
    'Every attempt to send to an endpoint fails; other endpoints are told.',
    {
      sequence,
      webhookId: id,
      host,
      percent: z
        .int()
        .describe('How much of the time has passed after which it is disabled: 50, 70, 90, 100.'),
    },
    { 'webhook.failed': always },
  ),
  'webhook.test': about(
    'webhookId',
    'An operator tries an endpoint out; it is sent whatever types the endpoint is for.',
    { webhookId: id },
    {},
  ),
} as const satisfies Readonly<Record<string, WebhookEvent>>;

export type WebhookEventType = keyof typeof WEBHOOK_EVENTS;

const ENTRIES = Object.entries(WEBHOOK_EVENTS) as [WebhookEventType, WebhookEvent][];

/** The types that an endpoint can be for. */
export const WEBHOOK_EVENT_TYPES = ENTRIES.filter(([, { from }]) => Object.keys(from).length > 0).map(
  ([type]) => type,
) as [WebhookEventType, ...WebhookEventType[]];

/** The types of the audit log that may have to be told. */
export const TOLD_AUDIT_TYPES = [
  ...new Set(ENTRIES.flatMap(([, { from }]) => Object.keys(from) as AuditType[])),
];

/** The content of a message about an event of the audit log. */
export interface Told {
  readonly type: WebhookEventType;
  readonly objectId: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * The events that calling apps are told of when this one has its place in the log; none of one whose user was erased.
 * @throws ZodError when the event has not what its type tells
 */
export function toldOf(event: AuditEvent): Told[] {
  if (event.salt === undefined) return [];
  const facts = factsOf(event);
  return ENTRIES.filter(([, { from }]) => from[event.type]?.(event)).map(([type, { data, object }]) => {
    const told = data.parse(facts) as Readonly<Record<string, unknown>>;
    return { type, objectId: String(told[object]), data: told };
  });
}

/** The members that data may be taken of; each type takes those that it names. */
function factsOf(event: AuditEvent): Record<string, unknown> {
  const { detail, userId: user, agentId: agent, connectionId, taskId, target: at, action } = event;
  const reasons = event.type === 'connection.disconnected' ? { reason: 'disconnected' } : {};
  const ids = { userId: user, agentId: agent, connectionId, taskId, target: at, action };
  const missingScopes = missingScopesOf(event);
  return { ...detail, ...reasons, ...ids, missingScopes, sequence: Number(event.seq) };
}

/** Scopes that were asked for and not granted, or that a check has found to be gone. */
function missingScopesOf({ detail }: AuditEvent): string[] {
  const { notGranted, lost } = detail;
  return z
    .array(z.string())
    .catch([])
    .parse(notGranted ?? lost);
}

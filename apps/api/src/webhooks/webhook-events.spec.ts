import { describe, expect, it } from '@jest/globals';
import type { AuditEvent, AuditType } from '../audit/index.js';
import { toldOf, WEBHOOK_EVENTS } from './webhook-events.js';

const event = (type: AuditType, over: Partial<AuditEvent> = {}): AuditEvent => ({
  id: 'evt_1',
  seq: 42n,
  at: new Date(0),
  type,
  outcome: 'succeeded',
  actor: { type: 'user', id: 'ada' },
  userId: 'ada',
  agentId: 'agt_1',
  connectionId: 'con_1',
  taskId: 'tsk_1',
  target: 'google',
  action: 'gmail.messages.send',
  ip: '198.51.100.7',
  keyId: 'key_1',
  requestId: 'req_1',
  arguments: { hash: 'ff', fields: ['to'], summary: { to: 'canary@example.com' } },
  salt: new Uint8Array(16),
  personalDigest: new Uint8Array(),
  hash: new Uint8Array(),
  ...over,
  detail: { authorizationId: 'aut_1', accountId: 'canary', ...over.detail },
});

/** Each type of event, and an event of the log that it is told of. */
const SOURCES: Record<Exclude<keyof typeof WEBHOOK_EVENTS, 'webhook.test'>, AuditEvent[]> = {
  'agent.disabled': [event('agent.updated', { detail: { changed: ['disabled'], disabled: true } })],
  'approval.agreed': [event('approval.agreed', { detail: { approvalId: 'apr_1', agreed: 1, needed: 2 } })],
  'approval.decided': [event('approval.decided', { detail: { approvalId: 'apr_1', decision: 'approve' } })],
  'approval.expired': [event('approval.expired', { detail: { approvalId: 'apr_1', status: 'pending' } })],
  'approval.requested': [event('approval.requested', { detail: { approvalId: 'apr_1', uses: 1 } })],
  'authorization.completed': [event('authorization.completed', { detail: { scopes: ['a'] } })],
  'authorization.denied': [event('authorization.denied', { outcome: 'denied' })],
  'connection.created': [
    event('connection.created'),
    event('connection.imported', { detail: { isNew: true } }),
  ],
  'connection.expired': [event('connection.expired', { outcome: 'failed', detail: { reason: 'expired' } })],
  'connection.reauthorized': [
    event('connection.reauthorized'),
    event('connection.imported', { detail: { isNew: false } }),
  ],
  'connection.revoked': [
    event('connection.disconnected'),
    event('connection.expired', { outcome: 'failed', detail: { reason: 'revoked' } }),
  ],
  'connection.scope_missing': [
    event('connection.checked', { detail: { result: 'scopes_changed', lost: ['a'] } }),
  ],
  'standing_approval.created': [
    event('standing_approval.created', {
      detail: {
        standingApprovalId: 'sta_1',
        approvalId: 'apr_1',
        uses: 3,
        validUntil: '2026-12-01T09:30:00.000Z',
      },
    }),
  ],
  'standing_approval.ended': [
    event('standing_approval.ended', { detail: { standingApprovalId: 'sta_1', reason: 'expired' } }),
  ],
  'task.canceled': [event('task.canceled')],
  'task.failed': [event('task.finished', { outcome: 'failed', detail: { status: 'failed', code: 'x' } })],
  'task.outcome_unknown': [
    event('task.finished', { outcome: 'failed', detail: { status: 'outcome_unknown' } }),
  ],
  'task.outcome_decided': [event('task.outcome_decided', { detail: { decision: 'leave' } })],
  'task.queued': [event('task.queued')],
  'task.retried': [event('task.retried')],
  'task.waiting_for_authorization': [
    event('task.waiting_for_authorization', { detail: { code: 'insufficient_scope', missingScopes: ['a'] } }),
  ],
  'task.succeeded': [event('task.finished', { detail: { status: 'succeeded' } })],
  'webhook.disabled': [
    event('webhook.disabled', { detail: { webhookId: 'whk_1', host: 'a', reason: 'gone' } }),
  ],
  'webhook.failing': [event('webhook.failed', { detail: { webhookId: 'whk_1', host: 'a', percent: 50 } })],
};

describe.each(Object.entries(SOURCES))('%s', (type, events) => {
  it.each(events.map((one) => [one.type, one] as const))('is told of %s, by ids alone', (_, one) => {
    const told = toldOf(one);
    expect(told.map((each) => each.type)).toEqual([type]);
    expect(told[0]?.objectId).toMatch(/_1$/);
    expect(told[0]?.data['sequence']).toBe(42);
    expect(JSON.stringify(told)).not.toMatch(/canary|198\.51|key_1|req_1/);
  });
});

describe('what is told', () => {
  it('is nothing of an event whose user was erased', () => {
    expect(toldOf(event('task.queued', { salt: undefined }))).toEqual([]);
  });

  it.each([
    event('authorization.completed', { outcome: 'intended' }),
    event('connection.reauthorized', { outcome: 'failed', detail: { code: 'scopes_dropped' } }),
    event('connection.checked', { detail: { result: 'alive' } }),
    event('connection.revoked'),
    event('agent.updated', { detail: { changed: ['disabled'], disabled: false } }),
    event('access_token.read'),
  ])('is nothing of what did not happen, or concerns no calling app: %#', (one) => {
    expect(toldOf(one)).toEqual([]);
  });

  it('is two things where a connection came with fewer scopes than were asked for', () => {
    const told = toldOf(event('connection.created', { detail: { scopes: ['a'], notGranted: ['b'] } }));
    expect(told.map(({ type }) => type)).toEqual(['connection.created', 'connection.scope_missing']);
    expect(told.map(({ data }) => [data['scopes'], data['missingScopes']])).toEqual([
      [['a'], undefined],
      [undefined, ['b']],
    ]);
  });

  it.each([
    ['happened', 'task.succeeded'],
    ['send_again', 'task.retried'],
  ])('is two things where somebody says of an unknown outcome: %s', (decision, also) => {
    const told = toldOf(event('task.outcome_decided', { detail: { decision } }));
    expect(told.map(({ type }) => type).sort()).toEqual(['task.outcome_decided', also].sort());
  });

  it('names the reason why a connection has ended', () => {
    expect(toldOf(event('connection.disconnected'))[0]?.data['reason']).toBe('disconnected');
  });
});

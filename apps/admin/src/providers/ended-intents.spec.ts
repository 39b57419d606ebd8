import type { AuditEvent } from '../api-types';
import { isIntent, withoutEndedIntents } from './ended-intents';

const event = (seq: number, over: Partial<AuditEvent>) =>
  ({
    id: `evt_${seq}`,
    seq,
    at: '2026-01-01T00:00:00Z',
    type: 'action.run',
    actor: { type: 'agent', id: 'agt_1' },
    outcome: 'succeeded',
    connectionId: 'con_1',
    ...over,
  }) as AuditEvent;
const intended = (type: AuditEvent['type'], over: Partial<AuditEvent> = {}) =>
  event(1, { type, outcome: 'intended', ...over });
const left = (...events: AuditEvent[]) =>
  withoutEndedIntents(
    events,
    events.filter((each) => !isIntent(each)),
  ).map(({ id }) => id);

describe('an intent in the audit history', () => {
  it.each([
    ['a call', intended('action.run'), event(2, { detail: { intent: 'evt_1' } })],
    [
      'a call that failed',
      intended('action.run'),
      event(2, { outcome: 'failed', detail: { intent: 'evt_1' } }),
    ],
    ['a forwarded request', intended('request.forwarded'), event(2, { detail: { intent: 'evt_1' } })],
    ['a refresh', intended('token_set.refreshed'), event(2, { type: 'token_set.refreshed' })],
    [
      'a refresh that failed',
      intended('token_set.refreshed'),
      event(2, { type: 'token_set.refresh_failed' }),
    ],
    [
      'an authorization that was declined',
      intended('authorization.completed', { detail: { authorizationId: 'aut_1' } }),
      event(2, { type: 'authorization.denied', detail: { authorizationId: 'aut_1' } }),
    ],
    [
      'a revocation',
      intended('connection.revoked', { detail: { revocationId: 'rev_1' } }),
      event(2, { type: 'connection.revoked', detail: { revocationId: 'rev_1' } }),
    ],
  ])('gives way to the outcome of %s', (_what, intent, outcome) => {
    expect(left(outcome, intent)).toEqual(['evt_2']);
  });

  it.each([
    ['without an outcome', intended('action.run'), event(2, { type: 'task.queued' })],
    ['beside the outcome of another call', intended('action.run'), event(2, { detail: { intent: 'evt_0' } })],
    [
      'beside the outcome of another connection',
      intended('token_set.refreshed'),
      event(2, { type: 'token_set.refreshed', connectionId: 'con_2' }),
    ],
    [
      'after the outcome of an earlier one',
      intended('token_set.refreshed', { id: 'evt_2', seq: 2 }),
      event(1, { type: 'token_set.refreshed' }),
    ],
    [
      'that is about nothing in particular',
      intended('token_set.refreshed', { connectionId: undefined as never }),
      event(2, { type: 'token_set.refreshed', connectionId: undefined as never }),
    ],
  ])('stays %s', (_what, intent, other) => {
    expect(left(other, intent)).toContain(intent.id);
  });
});

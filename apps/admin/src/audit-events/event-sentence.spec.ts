import { sentence } from './event-sentence';
import type { AuditEvent } from '../api-types';

const event = (over: Partial<AuditEvent>) =>
  ({
    id: 'evt_1',
    seq: 1,
    at: '2026-01-01T00:00:00Z',
    type: 'action.run',
    actor: { type: 'agent', id: 'demo-agent' },
    outcome: 'succeeded',
    detail: {},
    ...over,
  }) as AuditEvent;

describe('the sentence of an audit event', () => {
  it('says who ran what for whom and how it ended', () => {
    expect(sentence(event({ action: 'google-calendar.events.create', userId: 'ada' }))).toBe(
      'Agent demo-agent ran google-calendar.events.create for user ada: succeeded',
    );
  });

  it('says why something was denied', () => {
    const denied = event({
      type: 'access_token.read',
      target: 'google',
      userId: 'ada',
      outcome: 'denied',
      detail: { code: 'insufficient_scope' },
    });
    expect(sentence(denied)).toBe(
      'Agent demo-agent read the access token of the google account for user ada: denied (insufficient scope)',
    );
  });

  it('does not name a user twice who acted for themselves', () => {
    const own = event({
      type: 'connection.created',
      actor: { type: 'user', id: 'ada' },
      userId: 'ada',
      target: 'github',
    });
    expect(sentence(own)).toBe('User ada connected the github account: succeeded');
  });

  it('takes names that the event does not carry', () => {
    const created = event({
      type: 'agent_key.created',
      actor: { type: 'operator', id: 'opr_1' },
      agentId: 'agt_1',
    });
    expect(sentence(created, { actor: 'eve@example.com', agent: 'demo-agent' })).toBe(
      'Operator eve@example.com created a key for agent demo-agent: succeeded',
    );
  });

  it('does not invent a name for somebody unknown', () => {
    const failed = event({
      type: 'operator.sign_in_failed',
      actor: { type: 'operator', id: 'unknown' },
      outcome: 'denied',
    });
    expect(sentence(failed)).toBe('Somebody tried to sign in: denied');
  });

  it('reads a type that it has never seen', () => {
    expect(
      sentence(
        event({ type: 'policy_rule.deleted' as AuditEvent['type'], actor: { type: 'operator', id: 'eve' } }),
      ),
    ).toBe('Operator eve deleted a policy rule: succeeded');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { AuditActor, AuditEvent } from './audit-event.js';
import { viewAgentEvent, viewOwnEvent } from './audit.schemas.js';

const AGENT: AuditActor = { type: 'agent', id: 'agt_1' };
const ADA: AuditActor = { type: 'user', id: 'ada' };
const eventOf = (actor: AuditActor): AuditEvent => ({
  id: 'evt_1',
  seq: 1n,
  at: new Date(0),
  type: 'connection.disconnected',
  outcome: 'succeeded',
  actor,
  userId: 'ada',
  agentId: 'agt_1',
  ip: '192.0.2.7',
  keyId: 'key_1',
  detail: {},
  hash: new Uint8Array(32),
  salt: new Uint8Array(16),
  personalDigest: new Uint8Array(32),
});

describe('an event as an agent sees it', () => {
  it.each([
    ['its own call', AGENT, '192.0.2.7'],
    ['what a user did', ADA, undefined],
    ['what another user did', { type: 'user', id: 'bob' }, undefined],
    ['what an operator did', { type: 'operator', id: 'op_1' }, undefined],
    ['what the system did', { type: 'system', id: 'worker' }, undefined],
  ] as const)('tells of %s where it came from only if that is its own', (_, actor, ip) => {
    const view = viewAgentEvent(eventOf(actor));
    expect([view.ip, view.keyId]).toEqual(ip === undefined ? [undefined, undefined] : [ip, 'key_1']);
    expect(JSON.stringify(view).includes('192.0.2.7')).toBe(ip !== undefined);
  });
});

describe('an event as its user sees it', () => {
  it.each([
    ['their own call', ADA, '192.0.2.7'],
    ['what an agent did', AGENT, undefined],
    ['what an operator did', { type: 'operator', id: 'op_1' }, undefined],
  ] as const)('tells of %s where it came from only if that is theirs', (_, actor, ip) => {
    expect(viewOwnEvent(eventOf(actor), 'ada').ip).toBe(ip);
  });
});

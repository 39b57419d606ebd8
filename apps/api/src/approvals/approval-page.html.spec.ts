import { describe, expect, it } from '@jest/globals';
import { renderApproval } from './approval-page.html.js';
import type { ApprovalView } from './approval.view.js';

const approval: ApprovalView = {
  id: 'apr_1',
  status: 'pending',
  preview: 'Create the event Tea.',
  approvalUri: 'https://valetkey.example/connect/approvals/apr_1',
  expiresAt: '2026-12-01T09:30:00.000Z',
  needed: 2,
  agreed: [],
  changed: [],
  taskId: 'tsk_1',
  userId: 'ada',
  action: 'google-calendar.events.create',
  title: 'Create an event',
  connectionId: 'con_1',
  account: { id: '1', name: 'ada@example.com' },
  arguments: {},
  hash: '',
  pins: { vary: [], atMost: {} },
  uses: 1,
  usesLeft: 1,
  approvers: 'any',
  policies: [],
  createdAt: '2026-11-30T09:30:00.000Z',
};
const page = (more: Partial<ApprovalView>) =>
  renderApproval({ approval: { ...approval, ...more }, agentName: 'Asker' }).body;
const agreed = (type: 'operator' | 'user', id: string) => ({ type, id, at: '2026-11-30T10:00:00.000Z' });

describe('the page of an approval by two people', () => {
  it('says how many have agreed, and offers no standing approval', () => {
    const body = page({ agreed: [agreed('operator', 'opr_1')] });
    expect(body).toContain('1 of 2 people');
    expect(body).toContain('value="approve"');
    expect(body).not.toContain('id="standing"');
  });

  it('lets the user who has agreed only decline', () => {
    const body = page({ agreed: [agreed('user', 'ada')] });
    expect(body).toContain('You have agreed. Another person has to as well.');
    expect(body).not.toContain('value="approve"');
    expect(body).toContain('value="deny"');
  });

  it('says nothing of it where one decides', () => {
    const body = page({ needed: 1 });
    expect(body).not.toContain('Agreed');
    expect(body).toContain('id="standing"');
  });
});

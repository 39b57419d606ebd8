import type { Form } from '../../oauth/request-form.js';
import type { World } from '../../world.js';
import { invalidValue } from '../google-errors.js';
import type { Mail } from './mails.js';

const SYSTEM = ['INBOX', 'SENT', 'DRAFT', 'UNREAD', 'STARRED', 'IMPORTANT', 'SPAM', 'TRASH'];
const FIXED = ['SENT', 'DRAFT'];

/** The labels of every mailbox: Gmail's own, and one that its user made. */
export const LABELS = [
  ...SYSTEM.map((id) => ({ id, name: id, type: 'system' })),
  { id: 'Label_1', name: 'Invoices', type: 'user' },
];

/** `messages.modify`: adds and removes labels; those that only Gmail sets are refused. */
export function changeLabels(world: World, mail: Mail, body: unknown): void {
  const change = (body ?? {}) as { addLabelIds?: string[]; removeLabelIds?: string[] };
  const { addLabelIds = [], removeLabelIds = [] } = change;
  for (const id of [...addLabelIds, ...removeLabelIds]) {
    if (FIXED.includes(id) || !LABELS.some((label) => label.id === id)) {
      throw invalidValue(`Invalid label: ${id}`);
    }
  }
  const kept = mail.labelIds.filter((id) => !removeLabelIds.includes(id));
  mail.labelIds = [...new Set([...kept, ...addLabelIds])];
  mail.historyId += 1;
  world.changed();
}

/** Spam and trash are left out of lists unless they are asked for. */
export function isHidden({ labelIds }: Mail, query: Form, labels: string[]): boolean {
  const isAsked = query.includeSpamTrash === 'true' || /\bin:(trash|spam|anywhere)\b/i.test(query.q ?? '');
  const thrown = labelIds.filter((id) => id === 'TRASH' || id === 'SPAM');
  return !isAsked && thrown.some((id) => !labels.includes(id));
}

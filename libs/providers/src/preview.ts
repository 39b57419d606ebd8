import { findAction } from './registry.js';

/** Says what an action will do with this input, in one or two plain sentences for the person who has to agree to it. */
export function previewOf(actionId: string, input: unknown): string {
  const action = findAction(actionId);
  if (!action) return `Run ${actionId}.`;
  if (action.preview) return action.preview(input as never);
  const recipients = action.recipients?.(input as never) ?? [];
  const reached = recipients.length > 0 ? ` It reaches ${recipients.join(', ')}.` : '';
  return `${action.title}.${reached}`;
}

import { findAction, previewOf } from '@valetkey/providers';

/** A run in plain words, for the person who has to agree to it. */
export interface DescribedRun {
  /** Of the action. */
  readonly title: string;
  /** Says who receives it, what is deleted: made from the arguments. */
  readonly preview: string;
}

export function describeRun(actionId: string, input: unknown): DescribedRun {
  return { title: findAction(actionId)?.title ?? actionId, preview: previewOf(actionId, input) };
}

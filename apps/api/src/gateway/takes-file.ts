import { actionJsonSchema, findAction } from '@valetkey/providers';

/** A text that may be longer than this is a file's content. */
const LONG_TEXT = 1024 * 1024;

/** Whether an action takes a file in its input. */
export function takesFile(name: string): boolean {
  const action = findAction(name);
  if (!action) return false;
  const limits = JSON.stringify(actionJsonSchema(action).input).matchAll(/"maxLength":(\d+)/g);
  return [...limits].some(([, limit]) => Number(limit) > LONG_TEXT);
}

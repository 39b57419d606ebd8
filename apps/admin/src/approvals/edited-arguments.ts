/** Arguments to be sent instead, as they were typed. */
export type EditedArguments =
  | { readonly edit?: Record<string, unknown> }
  /** The reason why it cannot be sent. */
  | { readonly fault: string };

/** Reads arguments that were edited as JSON; those that mean the same as before are no edit. */
export const readEdit = (text: string | undefined, before: unknown): EditedArguments => {
  if (text === undefined) return {};
  try {
    const edit: unknown = JSON.parse(text);
    if (typeof edit !== 'object' || edit === null || Array.isArray(edit))
      return { fault: 'Write an object: its members are the arguments.' };
    return JSON.stringify(edit) === JSON.stringify(before) ? {} : { edit: edit as Record<string, unknown> };
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}` };
  }
};

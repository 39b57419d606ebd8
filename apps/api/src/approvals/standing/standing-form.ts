import { z } from 'zod';
import type { standingChoice } from './standing-approval.js';

const name = z.string().max(100);

/** The fields of the hosted page that allow later calls like the one that is decided on. */
export const standingForm = {
  standing_for: z.union([z.literal(''), z.coerce.number()]).optional(),
  standing_uses: z.coerce.number().optional(),
  differs: z.union([name.transform((one) => [one]), z.array(name).max(20)]).default([]),
  path: z.string().max(500).optional(),
};

/** The choice that was made, in the words of the API; none where the user is to be asked each time. */
export function chosen(form: {
  standing_for?: number | '' | undefined;
  standing_uses?: number | undefined;
  differs: string[];
  path?: string | undefined;
}): z.input<typeof standingChoice> | undefined {
  const { standing_for: validFor, standing_uses: uses = 1, differs, path } = form;
  if (validFor === undefined || validFor === '') return undefined;
  // A path without a free part is that of the request itself.
  const freed = path?.includes('{') ? { path } : {};
  return { validFor, uses, pins: { vary: differs, ...freed } };
}

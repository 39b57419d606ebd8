import { z } from 'zod';
import type { ProviderAccount } from './connector-preset.js';

/** A number that lost digits on its way is no id. */
const id = z.union([z.int().transform(String), z.string().min(1)]).nullish();
const account = z.object({
  sub: id,
  id,
  user_id: id,
  account_id: id,
  name: z.string().nullish(),
  preferred_username: z.string().nullish(),
  email: z.string().nullish(),
});

/** The subject by the names that servers use for it, the standard's first; `undefined` when there is none. */
export function standardAccount(json: unknown): ProviderAccount | undefined {
  const answer = account.safeParse(json).data;
  const subject = answer?.sub ?? answer?.id ?? answer?.user_id ?? answer?.account_id;
  if (!answer || !subject) return undefined;
  const name = answer.name ?? answer.preferred_username;
  return { id: subject, ...(name ? { name } : {}), ...(answer.email ? { email: answer.email } : {}) };
}

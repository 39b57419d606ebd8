import { z } from 'zod';

/** JSON-RPC's code of a server that wants a page to be opened first (2025-11-25). */
const PAGE_FIRST = -32042;
/** The same of one that would ask for what its client has not said that it can do, such as a form. */
const ABILITY_FIRST = -32021;
const LONGEST_URL = 2_000;

const page = z.object({ mode: z.literal('url'), url: z.string() });
const asking = z.union([
  z.object({
    result: z.object({
      resultType: z.literal('input_required'),
      inputRequests: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.object({
    error: z.object({
      code: z.literal([PAGE_FIRST, ABILITY_FIRST]),
      data: z.object({ elicitations: z.array(z.unknown()).optional() }).optional(),
    }),
  }),
]);

/**
 * Whether a server does not answer but wants something of the user first, in either revision: a page that they open is
 * named, and anything else is only said to be wanted.
 */
export function askedInput(message: unknown): { readonly url?: string } | undefined {
  const { success, data } = asking.safeParse(message);
  if (!success) return undefined;
  const wanted =
    'result' in data
      ? Object.values(data.result.inputRequests ?? {}).map(
          (one) => (one as { params?: unknown } | null)?.params,
        )
      : (data.error.data?.elicitations ?? []);
  return pageOf(wanted);
}

/** The page, where what is wanted is one: with anything else beside it, opening that would lead nowhere. */
export function pageOf(wanted: readonly unknown[]): { readonly url?: string } {
  const pages = wanted.flatMap((one) => {
    const url = acceptable(page.safeParse(one).data?.url);
    return url === undefined ? [] : [url];
  });
  const [url] = pages;
  return url !== undefined && pages.length === wanted.length ? { url } : {};
}

/** An address for a user's browser: nothing but a page in the web. */
function acceptable(text: string | undefined): string | undefined {
  if (text === undefined || text.length > LONGEST_URL || !URL.canParse(text)) return undefined;
  const { protocol, username, password, href } = new URL(text);
  return protocol === 'https:' && !username && !password ? href : undefined;
}

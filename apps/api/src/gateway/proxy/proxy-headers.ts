import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { invalidInput, Problem, type Caller } from '../../platform/index.js';
import { userIdSchema } from '../../users/index.js';

const headersSchema = z.object({
  'valetkey-user': userIdSchema.optional(),
  'valetkey-connection': z.string().max(100).optional(),
  'valetkey-base': z.enum(['api', 'upload', 'content']).optional(),
});
type ProxyHeaders = z.output<typeof headersSchema>;

const NAMES = Object.keys(headersSchema.shape) as (keyof ProxyHeaders)[];

/**
 * The headers of a proxied request that are ours. Each may come once: two users in one request are no user.
 * @throws Problem 400 `invalid_input` that names the header
 */
export function readProxyHeaders({ rawHeaders }: IncomingMessage): ProxyHeaders {
  const sent = NAMES.flatMap((name) => {
    const [value, ...others] = rawHeaders.filter(
      (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
    );
    if (value === undefined) return [];
    if (others.length > 0) throw invalid(name, 'came more than once');
    return [[name, decoded(name, value)] as const];
  });
  const result = headersSchema.safeParse(Object.fromEntries(sent));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw invalid(issue?.path.join('.') ?? 'a header', issue?.message ?? 'is not valid');
}

/**
 * Node reads the bytes of a header as Latin-1; clients send ids in UTF-8 or percent-encoded (RFC 9110, section 5.5;
 * RFC 8187). What is neither is refused: a guess could name another user.
 */
function decoded(name: string, latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    throw invalid(name, 'must be UTF-8 or percent-encoded UTF-8; write "%" as "%25"');
  }
}

/**
 * The user whose token is used: the one who is named, or the user whose token came. Whether a caller may act for a user
 * that it names is for the policy to say.
 * @throws Problem 400 `user_required`
 */
export function servedUser(caller: Caller, named: string | undefined): string {
  const userId = named ?? (caller.type === 'user' ? caller.id : undefined);
  if (userId !== undefined) return userId;
  throw new Problem('user_required');
}

function invalid(name: string, fault: string): Problem {
  return invalidInput(`${name}: ${fault}`);
}

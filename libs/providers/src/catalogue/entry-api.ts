import { z } from 'zod';
import { isAccountPath } from '../connectors/account-paths.js';
import { providerErrorCodes } from '../core/provider-error.js';

const text = z.string().trim().min(1).max(500);
const address = z.string().min(9).max(500);
const headerName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,60}$/, 'must be the name of a header in lower case');
const headers = z
  .record(headerName, z.string().min(1).max(300))
  .refine(
    (given) => Object.keys(given).every((name) => !FORBIDDEN_HEADERS.has(name)),
    'must not set authorization, cookie, host, or a header of the connection',
  );
const FORBIDDEN_HEADERS = new Set([
  ...['authorization', 'cookie', 'host', 'connection', 'content-length', 'transfer-encoding'],
  ...['proxy-authorization', 'te', 'trailer', 'upgrade', 'forwarded', 'x-forwarded-for'],
]);
const memberName = z
  .string()
  .regex(/^[\w$@.:*-]{1,60}$/, 'must be the name of a member; * stands for any letters');
const route = z
  .string()
  .max(200)
  .regex(
    /^(?:GET|POST|PUT|PATCH|DELETE) \/(?:[\w.~:-]+|\{\w+\}[\w.~:-]*)(?:\/(?:[\w.~:-]+|\{\w+\}[\w.~:-]*))*$/,
    'must be METHOD /path/{parameter}',
  );
const routes = z.array(route).max(500).default([]);

/** How often one user may call, as the provider publishes it. */
const limit = z.strictObject({
  name: text.describe('What is counted.'),
  requests: z.int().min(1).max(10_000_000),
  seconds: z.int().min(1).max(86_400),
});

/** How the provider says that a limit is reached. */
const limitTold = z.strictObject({
  statuses: z.array(z.int().min(400).max(599)).min(1).max(5).default([429]),
  header: headerName.default('retry-after'),
  unit: z
    .enum(['seconds', 'milliseconds', 'epoch_seconds'])
    .default('seconds')
    .describe('Of the number in that header. A Retry-After may also be a date.'),
});

/** How failures are told in a body, where the status alone does not say what went wrong. */
const failures = z.strictObject({
  word: z
    .string()
    .refine(isAccountPath, 'must be a.path or /a/pointer')
    .describe("Where the provider's word for it stands: error.code."),
  words: z
    .record(z.string().min(1).max(100), z.enum(providerErrorCodes))
    .describe('What these words mean; any other goes by the status.'),
  withStatus200: z
    .boolean()
    .default(false)
    .describe('A success with such a member is a failure: refused, if its word is none of these.'),
  missingScopes: z
    .string()
    .refine(isAccountPath, 'must be a.path or /a/pointer')
    .optional()
    .describe('Where scopes that are missing stand, apart by commas or spaces.'),
});

/** The API behind a connector, as the proxy knows it. */
export const entryApi = z.strictObject({
  baseUrl: address.describe('Below this address requests are forwarded, and nowhere else.'),
  headers: headers
    .default({})
    .describe('Sent where the caller sends none of that name. {client_id} stands for the id of our client.'),
  requestHeaders: z.array(headerName).max(30).default([]).describe("Of a caller's headers, those that pass."),
  responseHeaders: z
    .array(headerName)
    .max(30)
    .default([])
    .describe("Of a response's headers, those that pass."),
  links: z
    .array(memberName)
    .max(30)
    .default([])
    .describe(
      'Members of responses that hold an address below the base: rewritten, so that paging stays here.',
    ),
  linksInside: z.array(memberName).max(10).default([]).describe('Members that hold an object of such.'),
  effects: z
    .strictObject({ read: routes, write: routes, destructive: routes })
    .prefault({})
    .describe('Requests by their effect. What is not listed is read if it is a GET, else destructive.'),
  getActs: z
    .boolean()
    .default(false)
    .describe(
      'A GET may change something here: only those that are listed as reading are taken for reading.',
    ),
  graphql: z
    .string()
    .regex(/^\/[\w/.-]{1,100}$/)
    .optional()
    .describe('Path of a GraphQL endpoint, whose requests are judged by their query.'),
  limits: z.array(limit).max(10).default([]),
  limitTold: limitTold.prefault({}),
  failures: failures.optional(),
});

export { headers as entryHeaders, address as entryAddress };

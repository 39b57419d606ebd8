import { z } from 'zod';
import { isAccountPath } from '../connectors/account-paths.js';

const sentence = z.string().trim().min(3).max(500);
const path = z.string().refine(isAccountPath, 'must be a.path or /a/pointer');
const kept = z
  .string()
  .regex(
    /^(?:[\w$@-]{1,60}|\*)(?:\.(?:[\w$@-]{1,60}|\*)){0,9}$/,
    'must be a.path; * stands for every other member',
  );
const sent = z
  .string()
  .max(2000)
  .regex(/^(?:GET|POST|PUT|PATCH|DELETE) \//, 'must be METHOD /path?query');
const request = z
  .string()
  .max(200)
  .regex(
    /^(?:GET|POST|PUT|PATCH|DELETE) (?:\/(?:[\w.~:-]+|\{\w+\})(?::\w+)?)+$/,
    'must be METHOD /path/{member}',
  );
const query = z
  .record(
    z.string().min(1).max(60),
    z.union([z.string(), z.number(), z.boolean(), z.strictObject({ quoted: z.string() })]),
  )
  .describe('{member} alone stands for its value; { quoted: member } for the value in quotes.');
const member = z.strictObject({
  type: z.enum(['string', 'integer', 'number', 'boolean', 'object', 'list']),
  of: z
    .enum(['string', 'integer', 'object', 'rows'])
    .optional()
    .describe('The kind of things in a list; rows: lists of any values.'),
  description: sentence,
  optional: z.boolean().default(false),
  choices: z.array(z.string().min(1)).min(1).max(50).optional(),
  minimum: z.int().optional().describe('Of a number; of the length of a text or a list.'),
  maximum: z.int().optional(),
});
const exchange = {
  sends: sent.describe('Method, path and query, as sent.'),
  body: z.unknown().optional().describe('As sent; {effect} and {effect_uuid} stand for the mark.'),
  answer: z
    .unknown()
    .optional()
    .describe("In the shape of the provider's documentation; nothing for an answer without a body."),
  gives: z.unknown().optional().describe('What callers get of that answer.'),
};
const example = z.strictObject({
  input: z.record(z.string(), z.unknown()),
  ...exchange,
  next: z.record(z.string(), z.string()).optional(),
  preview: z.string().optional().describe('What a person reads who has to agree.'),
  again: z.strictObject(exchange).optional().describe('The request of recover, when it had happened.'),
  reaches: z.strictObject(exchange).optional().describe('The request of reaches, and whom it names.'),
});

const recover = z.strictObject({
  request,
  query: query.optional(),
  body: z.unknown().optional(),
  scopes: z.array(z.string()).max(5).default([]).describe('Needed beyond those of the action.'),
  at: path.describe('Where the things, or the one, stand in the answer.'),
  mark: path
    .optional()
    .describe('The member that holds {effect}; without it, that it is there is the proof.'),
  more: path.optional().describe('A member that says that there is more than was shown.'),
  settleSeconds: z.int().min(0).max(600).describe('How long “it is not there” may still be wrong.'),
});

const reaches = z.strictObject({
  request: request.refine((text) => text.startsWith('GET '), 'must be one that reads'),
  query: query.optional(),
  at: z.array(kept).min(1).max(5).describe('Places of addresses in the answer, through lists.'),
});

/** One action of a file. */
export const setAction = z.strictObject({
  name: z.string().max(60),
  title: z.string().trim().min(3).max(60),
  summary: z.string().trim().min(20).max(400).describe('For a model and a person: what it does and returns.'),
  documentation: z.strictObject({ url: z.url({ protocol: /^https$/ }), read: z.iso.date().optional() }),
  request: request.describe('Members of the input stand in the path as {member}.'),
  effect: z.enum(['read', 'write', 'destructive']),
  scopes: z.array(z.string()).max(10).describe('The narrowest that suffice; all are needed.'),
  input: z.record(z.string().regex(/^[A-Za-z]\w{0,49}$/), member),
  query: query.optional(),
  body: z
    .unknown()
    .optional()
    .describe(
      'Without query and body, members are parameters of a GET or DELETE, and members of a JSON body of any other. { each: member, as: … } is a list with one of these for each value, {item}; { given: member, as: … } is there only with that member.',
    ),
  headers: z
    .record(z.string().regex(/^[a-z-]{1,40}$/), z.string().max(100))
    .optional()
    .describe('Sent as they are; only those that the entry lets pass (requestHeaders).'),
  answer: z.strictObject({
    at: path.optional(),
    keep: z.array(kept).max(60).describe('Paths below at, through lists; none: everything.'),
  }),
  page: z
    .strictObject({
      member: z.string(),
      from: path,
      while: path.optional().describe('A member that is true as long as there are further pages.'),
      parameter: z
        .string()
        .optional()
        .describe('The answer gives an address, and this parameter is the cursor.'),
    })
    .optional(),
  preview: z
    .array(sentence)
    .min(1)
    .max(6)
    .optional()
    .describe('Needed where something is changed. A sentence about a member that is absent is left out.'),
  recipients: z
    .array(z.string())
    .max(5)
    .default([])
    .describe('Members that name whom it reaches: the action is then one of those that send.'),
  reaches: reaches
    .optional()
    .describe('Asked before it is sent, where rules look at recipients and only the provider knows them.'),
  recover: recover.optional(),
  example,
});

export type SetAction = z.output<typeof setAction>;

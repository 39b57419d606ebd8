import { MOST_SELECTED } from '@valetkey/providers/openapi';
import { z } from 'zod';

const MOST_DOCUMENT_CHARACTERS = 17 * 1024 * 1024;
const effect = z.enum(['read', 'write', 'destructive']);
const operation = z
  .string()
  .min(1)
  .max(500)
  .describe('Its operationId, or `METHOD /path` as in the document; the name of a tool of an MCP server.');

const selected = z.strictObject({
  operation,
  name: z
    .string()
    .min(1)
    .max(60)
    .optional()
    .describe('Of the action, within the provider. Made of the operationId if left out.'),
  effect: effect
    .optional()
    .describe(
      'If left out: as the provider’s routes have it, else GET reads, DELETE destroys and the rest writes.',
    ),
  title: z.string().trim().min(2).max(60).optional(),
  summary: z
    .string()
    .trim()
    .min(10)
    .max(600)
    .optional()
    .describe('For a language model, in place of the document’s words.')
    .meta({ example: 'Lists the issues of a repository.' }),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,200}$/))
    .max(20)
    .optional()
    .describe('All of which it needs. Those of `security` in the document if left out.'),
});

const wanted = {
  provider: z.string().min(1).max(100).describe('Whose connections and API it uses: an id of /v1/providers.'),
  document: z
    .string()
    .min(2)
    .max(MOST_DOCUMENT_CHARACTERS)
    .optional()
    .describe(
      'OpenAPI 3.0 or 3.1 as text: JSON of up to 16 MiB, or YAML of up to 4 MiB. Left out for an MCP server, which is asked.',
    ),
  connectionId: z
    .string()
    .max(100)
    .optional()
    .describe('Over which an MCP server is asked for its tools; any that works if left out.'),
  operations: z
    .array(z.union([operation.transform((id): z.output<typeof selected> => ({ operation: id })), selected]))
    .max(MOST_SELECTED)
    .describe('The operations that become actions, all of them: those that are left out go.'),
};

export const previewRequest = z.strictObject({ ...wanted, operations: wanted.operations.default([]) });
export const importRequest = z.strictObject({
  ...wanted,
  digest: z
    .string()
    .min(1)
    .max(100)
    .describe('Of the preview: nothing else than what it showed is put in force.'),
});

const action = z.object({
  action: z.string(),
  operationId: z.string().optional(),
  method: z.string(),
  path: z.string().describe('Below the base URL of the API.'),
  title: z.string(),
  summary: z.string(),
  effect,
  scopes: z.array(z.string()),
  input: z.looseObject({}).describe('JSON Schema of what it takes.'),
});

export const previewView = z.object({
  digest: z.string(),
  title: z.string(),
  version: z.string().describe('Of the document.'),
  changes: z.array(
    z.object({
      action: z.string(),
      change: z.enum(['added', 'changed', 'removed']),
      details: z.array(z.string()).describe('In words: `effect: write → destructive`.'),
    }),
  ),
  refused: z
    .array(z.object({ operation: z.string(), reason: z.string() }))
    .describe('Selected operations that cannot be actions. An import with such is refused.'),
  notes: z
    .array(z.object({ operation: z.string(), note: z.string() }))
    .describe('Parts of the document that an action does without.'),
  actions: z.array(action),
  offered: z
    .array(z.object({ operation, method: z.string(), path: z.string(), title: z.string() }))
    .describe('All operations of the document.'),
});

const version = {
  version: z.int(),
  digest: z.string(),
  title: z.string(),
  documentVersion: z.string(),
  importedBy: z.string(),
  importedAt: z.iso.datetime(),
};

export const importedProviderView = z.object({
  id: z.string().describe('Of the provider.'),
  displayName: z.string(),
  ...version,
  actions: z.array(z.string()),
  held: z
    .array(z.object({ action: z.string(), since: z.iso.datetime() }))
    .describe('Actions that are refused: the MCP server has another definition of them by now.'),
});

export const importedProviderDetail = importedProviderView.extend({
  operations: z.array(action),
  selected: z
    .array(selected)
    .describe('The operations as the import asked for them; sent again they keep what was said of them.'),
  versions: z.array(z.object(version)).describe('The newest first.'),
});

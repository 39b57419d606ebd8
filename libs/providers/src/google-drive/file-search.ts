import { z } from 'zod';

const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * Whether a condition is complete in itself: strings are closed, and no parenthesis closes more than it opens. `a) or
 * (b` would widen the conditions around it, and with them what a policy has allowed.
 */
function isClosed(condition: string): boolean {
  const open = condition.replace(/'(?:[^'\\]|\\(?:.|$))*('|$)/gs, (_all, end: string) =>
    end === '' ? "'" : '',
  );
  let depth = 0;
  for (const character of open) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0 || character === "'") return false;
  }
  return depth === 0;
}

/** The input for a search of files. */
export const fileSearch = z
  .strictObject({
    nameContains: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .describe('Words that the name begins with or contains'),
    mimeType: z.string().min(1).max(200).optional().describe('Only this type, for example application/pdf'),
    folderId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("Only directly in this folder; 'root' is My Drive"),
    query: z
      .string()
      .min(1)
      .max(2000)
      .refine(isClosed, 'a condition whose quotes and parentheses are closed')
      .optional()
      .describe('Further condition in the query language of Drive'),
    limit: z.int().min(1).max(200).default(25).describe('Files per page'),
    pageToken: z.string().max(2048).optional().describe('nextPageToken of the last answer'),
  })
  .meta({ examples: [{ nameContains: 'budget', mimeType: 'application/vnd.google-apps.spreadsheet' }] });

/** https://developers.google.com/workspace/drive/api/guides/search-files */
export function searchCondition({
  nameContains,
  mimeType,
  folderId,
  query,
}: z.output<typeof fileSearch>): string {
  return [
    'trashed = false',
    ...(nameContains ? [`name contains ${quoted(nameContains)}`] : []),
    ...(mimeType ? [`mimeType = ${quoted(mimeType)}`] : []),
    ...(folderId ? [`${quoted(folderId)} in parents`] : []),
    ...(query ? [`(${query})`] : []),
  ].join(' and ');
}

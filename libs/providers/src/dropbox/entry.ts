import { z } from 'zod';

export const entry = z.object({
  kind: z.enum(['file', 'folder', 'deleted', 'other']).describe('What it is'),
  id: z.string().optional().describe('Dropbox id, stable over renames; absent for deleted things'),
  name: z.string().describe('Last part of the path'),
  path: z.string().optional().describe('Path as displayed; absent if it is not mounted'),
  size: z.int().optional().describe('Bytes, for files'),
  modifiedAt: z.string().optional().describe('Last change at Dropbox, RFC 3339, for files'),
  rev: z.string().optional().describe('Revision, for files'),
  contentHash: z
    .string()
    .optional()
    .describe('Dropbox content hash, for files: equal content has equal hashes'),
});

const kinds = ['file', 'folder', 'deleted'] as const;

/** Tagged union `Metadata`; a tag that we don't know is shown as `other`. */
export const dropboxEntry = z
  .object({
    '.tag': z.string(),
    id: z.string().optional(),
    name: z.string(),
    path_display: z.string().optional(),
    size: z.int().optional(),
    server_modified: z.string().optional(),
    rev: z.string().optional(),
    content_hash: z.string().optional(),
  })
  .transform(({ '.tag': tag, path_display, server_modified, content_hash, ...rest }) => ({
    ...rest,
    kind: kinds.find((kind) => kind === tag) ?? ('other' as const),
    path: path_display,
    modifiedAt: server_modified,
    contentHash: content_hash,
  }));

export type DropboxEntry = z.output<typeof dropboxEntry>;

/** The endpoints that can only mean a file leave the tag out. */
export const dropboxFile = z.preprocess(
  (value) => (typeof value === 'object' && value !== null ? { '.tag': 'file', ...value } : value),
  dropboxEntry,
);

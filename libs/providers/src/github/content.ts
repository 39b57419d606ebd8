import { createHash } from 'node:crypto';
import { z } from 'zod';
import { apiPath } from '../core/api-path.js';

/** Each part of the path as one segment. */
export const contentsPath = (owner: string, repo: string, path: string): string =>
  apiPath`/repos/${owner}/${repo}/contents` +
  path
    .split('/')
    .filter(Boolean)
    .map((part) => apiPath`/${part}`)
    .join('');

/** The SHA that git gives a file with this content. */
export const blobSha = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

export const entry = z.object({
  path: z.string().describe('Path within the repository'),
  type: z.string().describe('file, dir, symlink or submodule'),
  size: z.int().describe('Bytes; 0 for directories'),
  sha: z.string().describe('SHA of the content'),
  target: z.string().optional().describe('Path that a symlink leads to, relative to where it lies'),
  submoduleUrl: z.string().optional().describe('Address of the repository that a submodule stands for'),
});

/** Lists call submodules files; only their git address, that of a tree, tells. */
export const githubEntry = entry
  .omit({ submoduleUrl: true })
  .extend({
    target: z.string().nullish(),
    submodule_git_url: z.string().nullish(),
    git_url: z.string().nullish(),
    /** Files over 1 MB come with the encoding `none` and no content. */
    encoding: z.string().optional(),
    content: z.string().optional(),
  })
  .transform(({ submodule_git_url: submodule, git_url: address, target, ...found }) => ({
    ...found,
    type: submodule || (found.type === 'file' && address?.includes('/git/trees/')) ? 'submodule' : found.type,
    target: target ?? undefined,
    submoduleUrl: submodule ?? undefined,
  }));

/** The bytes of a file; `undefined` when GitHub left them out. */
export const bytesOf = ({ encoding, content }: z.output<typeof githubEntry>): Buffer | undefined =>
  encoding === 'base64' && content !== undefined ? Buffer.from(content, 'base64') : undefined;

/** The text, when the bytes are UTF-8 without NUL. */
export function textOf(bytes: Buffer): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

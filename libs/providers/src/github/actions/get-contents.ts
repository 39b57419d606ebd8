import { z } from 'zod';
import { bytesOf, contentsPath, entry, githubEntry, textOf } from '../content.js';
import { github } from '../definition.js';
import { filePath, gitRef, repository } from '../input-fields.js';

/** https://docs.github.com/rest/repos/contents#get-repository-content */
export const getContents = github.action({
  name: 'contents.get',
  title: 'Read a file or directory',
  summary:
    'Reads a file of a repository, or lists a directory. Files over 1 MB come without their content, symlinks and submodules with what they lead to.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      path: filePath.optional().describe('Path of the file or directory; the root without it'),
      ref: gitRef.optional().describe('Branch, tag or commit; the default branch without it'),
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', path: 'README.md', ref: 'main' }] }),
  output: z.object({
    file: entry
      .extend({
        text: z.string().optional().describe('Content, if it is UTF-8 text of at most 1 MB'),
        base64: z.string().optional().describe('Content of any other file of at most 1 MB'),
      })
      .optional()
      .describe('The file'),
    entries: z.array(entry).optional().describe('What is in the directory, at most 1,000 entries'),
  }),
  run: async ({ input: { owner, repo, path = '', ref }, http }) => {
    const found = await http.get(contentsPath(owner, repo, path), {
      query: { ref },
      response: z.union([z.array(githubEntry), githubEntry]),
    });
    if (Array.isArray(found)) return { entries: found };
    const bytes = bytesOf(found);
    const text = bytes && textOf(bytes);
    const isContent = found.type === 'file';
    if (!isContent) return { file: { ...found, content: undefined } };
    return { file: { ...found, ...(text === undefined ? { base64: bytes?.toString('base64') } : { text }) } };
  },
});

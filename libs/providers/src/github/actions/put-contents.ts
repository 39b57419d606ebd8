import { z } from 'zod';
import { quoted, sizeOf } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import type { Recovery } from '../../core/action.js';
import { isBase64 } from '../../core/file-content.js';
import { ProviderError } from '../../core/provider-error.js';
import type { ProviderHttp } from '../../core/provider-http.js';
import { githubCommit } from '../commit.js';
import { blobSha, contentsPath, githubEntry } from '../content.js';
import { github } from '../definition.js';
import { filePath, gitRef, repository, sha } from '../input-fields.js';

const input = z
  .strictObject({
    ...repository,
    path: filePath.describe('Files in .github/workflows need the scope workflow as well'),
    message: z.string().min(1).max(10_000).describe('Commit message'),
    text: z.string().max(1_000_000).optional().describe('Whole new content as text'),
    base64: z
      .string()
      .max(10_000_000)
      .refine(isBase64, 'must be base64')
      .optional()
      .describe('Whole new content of a file that is no text'),
    branch: gitRef.optional().describe('Branch to commit to; the default branch without it'),
    sha: sha.optional().describe('sha of the file that is replaced, as last read; none for a new file'),
  })
  .refine(
    ({ text, base64 }) => (text === undefined) !== (base64 === undefined),
    'either text or base64 is needed',
  )
  .meta({
    examples: [{ owner: 'octocat', repo: 'hello-world', path: 'docs/a.md', message: 'Add a', text: '# A\n' }],
  });

const output = z.object({
  path: z.string().describe('Path of the file'),
  sha: z.string().describe('sha of the new content, for the next change'),
  commitSha: z.string().optional().describe('Commit that holds it'),
});

type Input = z.output<typeof input>;

const bytesOf = ({ text, base64 }: Input): Buffer =>
  text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text, 'utf8');

/** The sha of the file that is there now, or `undefined` when there is none. */
async function presentSha(
  http: ProviderHttp,
  { owner, repo, path, branch }: Input,
): Promise<string | undefined> {
  try {
    const response = z.union([githubEntry, z.array(z.unknown()).transform(() => undefined)]);
    return (await http.get(contentsPath(owner, repo, path), { query: { ref: branch }, response }))?.sha;
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'not_found') return undefined;
    throw error;
  }
}

async function recover({
  input: request,
  http,
}: {
  input: Input;
  http: ProviderHttp;
}): Promise<Recovery<z.input<typeof output>>> {
  const wanted = blobSha(bytesOf(request));
  const present = await presentSha(http, request);
  if (present !== wanted)
    return present === request.sha
      ? { absent: true }
      : { unknown: 'the file has been changed since, by this or by somebody else' };
  const { owner, repo, path, branch } = request;
  const [commit] = await http.get(apiPath`/repos/${owner}/${repo}/commits`, {
    query: { sha: branch, path, per_page: 1 },
    response: z.array(githubCommit),
  });
  return { found: { path, sha: present, commitSha: commit?.sha } };
}

/** https://docs.github.com/rest/repos/contents#create-or-update-file-contents */
export const putContents = github.action({
  name: 'contents.put',
  title: 'Write a file',
  summary:
    'Creates or replaces one file in a repository, as one commit. A file that has changed meanwhile is a conflict and stays.',
  effect: 'write',
  preview: ({ owner, repo, path, branch, message, ...content }) =>
    `Write ${path} (${sizeOf(content)}) in ${owner}/${repo}, on ${branch ?? 'the default branch'}: ${quoted(message)}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input,
  output,
  run: async ({ input: request, http }) => {
    const { owner, repo, path, message, branch, sha: replaced } = request;
    const { content, commit } = await http.put(contentsPath(owner, repo, path), {
      body: { message, content: bytesOf(request).toString('base64'), branch, sha: replaced },
      response: z.object({
        content: z.object({ path: z.string(), sha: z.string() }),
        commit: z.object({ sha: z.string() }),
      }),
    });
    return { path: content.path, sha: content.sha, commitSha: commit.sha };
  },
  recover,
});

import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { changedFile, githubChangedFile } from '../commit.js';
import { github } from '../definition.js';
import { listQuery, nextPage, nextPageOf, paging, pullNumber, repository } from '../input-fields.js';

/**
 * By file and in pages: GitHub refuses the diff as one text when it has more than 300 files or 20,000 lines.
 * https://docs.github.com/rest/pulls/pulls#list-pull-requests-files
 */
export const diffPull = github.action({
  name: 'pulls.diff',
  title: 'Read the diff of a pull request',
  summary: 'Reads what a pull request changes: each file with its unified diff, up to 3,000 files.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({ ...repository, number: pullNumber, ...paging })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 7 }] }),
  output: z.object({ files: z.array(changedFile).describe('Changed files'), nextPage }),
  run: async ({ input: { owner, repo, number, limit, page }, http }) => {
    const found = await http.getPage(apiPath`/repos/${owner}/${repo}/pulls/${number}/files`, {
      query: listQuery({ page }, limit),
      response: z.array(githubChangedFile),
    });
    return { files: found.body, nextPage: nextPageOf(found) };
  },
});

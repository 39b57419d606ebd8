import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { listQuery, nextPage, nextPageOf, paging, repository } from '../input-fields.js';

const branch = z.object({
  name: z.string().describe('Name of the branch'),
  commitSha: z.string().describe('Its newest commit'),
  protected: z.boolean().describe('Rules restrict who may write to it'),
});

const githubBranch = z
  .object({ name: z.string(), commit: z.object({ sha: z.string() }), protected: z.boolean() })
  .transform(({ commit, ...rest }) => ({ ...rest, commitSha: commit.sha }));

/** https://docs.github.com/rest/branches/branches#list-branches */
export const listBranches = github.action({
  name: 'branches.list',
  title: 'List branches',
  summary: 'Lists the branches of one repository with their newest commits.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      protected: z.boolean().optional().describe('true: only protected ones; false: only others'),
      ...paging,
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world' }] }),
  output: z.object({ branches: z.array(branch).describe('Branches'), nextPage }),
  run: async ({ input: { owner, repo, limit, ...rest }, http }) => {
    const page = await http.getPage(apiPath`/repos/${owner}/${repo}/branches`, {
      query: listQuery(rest, limit),
      response: z.array(githubBranch),
    });
    return { branches: page.body, nextPage: nextPageOf(page) };
  },
});

import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { gitRef, listQuery, nextPage, nextPageOf, paging, repository } from '../input-fields.js';
import { githubPull, pull } from '../pull.js';

/** https://docs.github.com/rest/pulls/pulls#list-pull-requests */
export const listPulls = github.action({
  name: 'pulls.list',
  title: 'List pull requests',
  summary: 'Lists the pull requests of one repository, newest first.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      state: z.enum(['open', 'closed', 'all']).default('open').describe('Only those in this state'),
      base: gitRef.optional().describe('Only those into this branch'),
      head: z
        .string()
        .max(300)
        .regex(/^[\w.-]+:[^\s]+$/, 'owner:branch')
        .optional()
        .describe('Only those from this branch, as owner:branch'),
      sort: z.enum(['created', 'updated']).default('created').describe('Order, newest first'),
      ...paging,
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', base: 'main' }] }),
  output: z.object({ pulls: z.array(pull).describe('Pull requests'), nextPage }),
  run: async ({ input: { owner, repo, limit, ...filter }, http }) => {
    const page = await http.getPage(apiPath`/repos/${owner}/${repo}/pulls`, {
      query: listQuery({ ...filter, direction: 'desc' }, limit),
      response: z.array(githubPull),
    });
    return { pulls: page.body, nextPage: nextPageOf(page) };
  },
});

import { z } from 'zod';
import { github } from '../definition.js';
import { listQuery, nextPage, nextPageOf, paging } from '../input-fields.js';
import { githubRepository, repositoryFacts } from '../repository.js';

/** https://docs.github.com/rest/repos/repos#list-repositories-for-the-authenticated-user */
export const listRepositories = github.action({
  name: 'repositories.list',
  title: 'List repositories',
  summary:
    'Lists the repositories that the user owns, works on or sees through an organisation, the latest pushed to first.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      visibility: z.enum(['all', 'public', 'private']).default('all').describe('Only these'),
      affiliation: z
        .array(z.enum(['owner', 'collaborator', 'organization_member']))
        .min(1)
        .optional()
        .describe('Only repositories that the user has in one of these ways; all without it'),
      sort: z.enum(['pushed', 'updated', 'created', 'full_name']).default('pushed').describe('Order'),
      ...paging,
    })
    .meta({ examples: [{}, { visibility: 'private', affiliation: ['owner'], limit: 10 }] }),
  output: z.object({ repositories: z.array(repositoryFacts).describe('Repositories'), nextPage }),
  run: async ({ input: { affiliation, limit, ...rest }, http }) => {
    const page = await http.getPage('/user/repos', {
      query: listQuery({ ...rest, affiliation: affiliation?.join(',') }, limit),
      response: z.array(githubRepository),
    });
    return { repositories: page.body, nextPage: nextPageOf(page) };
  },
});

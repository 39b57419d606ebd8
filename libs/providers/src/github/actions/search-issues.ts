import { z } from 'zod';
import { github } from '../definition.js';
import { listQuery, nextPage, nextPageOf, paging } from '../input-fields.js';
import { githubIssue, issue, repositoryOf, toIssue } from '../issue.js';

const kinds = { issue: 'is:issue', 'pull-request': 'is:pull-request' } as const;

/** https://docs.github.com/rest/search/search#search-issues-and-pull-requests */
export const searchIssues = github.action({
  name: 'issues.search',
  title: 'Search issues and pull requests',
  summary:
    'Searches issues or pull requests over all repositories that the user sees, in the syntax of GitHub search. New entries can take a while to be found.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      query: z
        .string()
        .min(1)
        .max(220)
        .describe('Words and qualifiers, for example repo:octocat/hello-world is:open author:@me crash'),
      kind: z.enum(['issue', 'pull-request']).default('issue').describe('What to search'),
      sort: z
        .enum(['comments', 'created', 'updated'])
        .optional()
        .describe('Without it the best match is first'),
      order: z.enum(['asc', 'desc']).optional().describe('desc without it'),
      ...paging,
      page: z.int().min(1).max(1000).default(1).describe('nextPage of the last answer'),
    })
    .meta({ examples: [{ query: 'repo:octocat/hello-world is:open crash', sort: 'updated' }] }),
  output: z.object({
    issues: z.array(issue).describe('What was found'),
    total: z.int().describe('How many there are; only the first 1000 can be read'),
    incomplete: z.boolean().describe('GitHub ran out of time: there may be more'),
    nextPage,
  }),
  run: async ({ input, http }) => {
    const { query, kind, limit, ...rest } = input;
    const page = await http.getPage('/search/issues', {
      query: listQuery({ q: `${query} ${kinds[kind]}`, ...rest }, limit),
      response: z.object({
        total_count: z.int(),
        incomplete_results: z.boolean(),
        items: z.array(githubIssue),
      }),
    });
    const { total_count: total, incomplete_results: incomplete, items } = page.body;
    const issues = items.map((item) => ({ ...toIssue(item), repository: repositoryOf(item) }));
    return { issues, total, incomplete, nextPage: nextPageOf(page) };
  },
});

import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { githubIssue, issue, owner, repo, toIssue } from '../issue.js';

/** https://docs.github.com/rest/issues/issues#list-repository-issues */
export const listIssues = github.action({
  name: 'issues.list',
  title: 'List issues',
  summary: 'Lists the issues of one repository, newest first, without pull requests.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      owner,
      repo,
      state: z.enum(['open', 'closed', 'all']).default('open').describe('Only issues in this state'),
      labels: z
        .array(
          z
            .string()
            .min(1)
            .max(50)
            .regex(/^[^,]*$/, 'no comma'),
        )
        .max(20)
        .optional()
        .describe('Only issues with all of these labels'),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .describe('Only issues changed at or after this RFC 3339 time'),
      limit: z.int().min(1).max(100).default(30).describe('Entries per page, pull requests counted'),
      page: z.int().min(1).max(10_000).default(1).describe('nextPage of the page before'),
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', state: 'open', labels: ['bug'] }] }),
  output: z.object({
    issues: z.array(issue).describe('Issues, newest first'),
    nextPage: z.int().optional().describe('Give it as page; absent on the last page'),
  }),
  run: async ({ input, http }) => {
    const { owner, repo, labels, limit, page, ...filter } = input;
    const found = await http.get(apiPath`/repos/${owner}/${repo}/issues`, {
      query: { ...filter, labels: labels?.length ? labels.join(',') : undefined, per_page: limit, page },
      response: z.array(githubIssue),
    });
    return {
      issues: found.filter((entry) => !entry.pull_request).map(toIssue),
      nextPage: found.length >= limit ? page + 1 : undefined,
    };
  },
});

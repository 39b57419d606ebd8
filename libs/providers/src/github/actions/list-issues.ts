import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { labelName, listQuery, nextPage, nextPageOf, paging, repository, time } from '../input-fields.js';
import { githubIssue, issue, toIssue } from '../issue.js';

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
      ...repository,
      state: z.enum(['open', 'closed', 'all']).default('open').describe('Only issues in this state'),
      labels: z
        .array(labelName.regex(/^[^,]*$/, 'no comma'))
        .max(20)
        .optional()
        .describe('All must match'),
      assignee: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .describe('Only issues of this login; "none" for nobody\'s'),
      since: time.optional().describe('Only issues changed at or after this RFC 3339 time'),
      ...paging,
      limit: paging.limit.describe('Entries per page, pull requests counted'),
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', state: 'open', labels: ['bug'] }] }),
  output: z.object({ issues: z.array(issue).describe('Issues, newest first'), nextPage }),
  run: async ({ input, http }) => {
    const { owner, repo, labels, limit, ...filter } = input;
    const page = await http.getPage(apiPath`/repos/${owner}/${repo}/issues`, {
      query: listQuery({ ...filter, labels: labels?.length ? labels.join(',') : undefined }, limit),
      response: z.array(githubIssue),
    });
    return {
      issues: page.body.filter((entry) => !entry.pull_request).map(toIssue),
      nextPage: nextPageOf(page),
    };
  },
});

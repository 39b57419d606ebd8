import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { issueNumber, repository } from '../input-fields.js';
import { githubIssue, issue, toIssue } from '../issue.js';

/** https://docs.github.com/rest/issues/issues#get-an-issue */
export const getIssue = github.action({
  name: 'issues.get',
  title: 'Read an issue',
  summary: 'Reads one issue or pull request by its number.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({ ...repository, number: issueNumber })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 42 }] }),
  output: issue,
  run: async ({ input: { owner, repo, number }, http }) =>
    toIssue(await http.get(apiPath`/repos/${owner}/${repo}/issues/${number}`, { response: githubIssue })),
});

import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { findMarkedIssue } from '../find-marked-issue.js';
import { githubIssue, issue, marker, owner, repo, toIssue } from '../issue.js';

const names = z.array(z.string().min(1).max(100)).max(50).optional();

/** https://docs.github.com/rest/issues/issues#create-an-issue */
export const createIssue = github.action({
  name: 'issues.create',
  title: 'Create an issue',
  summary: 'Opens one issue in a repository. Labels and assignees are dropped by GitHub without push access.',
  effect: 'write',
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      owner,
      repo,
      title: z.string().min(1).max(256).describe('Title, one line'),
      body: z.string().max(65_000).optional().describe('Text in Markdown'),
      labels: names.describe('Names of labels'),
      assignees: names.describe('Logins of people to assign'),
    })
    .meta({
      examples: [{ owner: 'octocat', repo: 'hello-world', title: 'Crash on start', body: 'Steps: …' }],
    }),
  output: issue,
  run: async ({ input, http, effectId }) => {
    const { owner, repo, body = '', ...rest } = input;
    const created = await http.post(apiPath`/repos/${owner}/${repo}/issues`, {
      body: { ...rest, body: `${body}\n\n${marker(effectId)}`.trimStart() },
      response: githubIssue,
    });
    return toIssue(created);
  },
  recover: findMarkedIssue,
});

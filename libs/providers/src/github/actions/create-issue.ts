import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { asFound, findMarked } from '../find-marked.js';
import { labelName, logins, repository, text } from '../input-fields.js';
import { githubIssue, issue, toIssue } from '../issue.js';
import { marked } from '../marker.js';

/** https://docs.github.com/rest/issues/issues#create-an-issue */
export const createIssue = github.action({
  name: 'issues.create',
  title: 'Create an issue',
  summary: 'Opens one issue in a repository. Labels and assignees are dropped by GitHub without push access.',
  effect: 'write',
  preview: ({ owner, repo, title }) => `Open an issue in ${owner}/${repo}: ${quoted(title)}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      ...repository,
      title: z.string().min(1).max(256).describe('Title, one line'),
      body: text.optional().describe('Text in Markdown'),
      labels: z.array(labelName).max(50).optional().describe('Names of labels'),
      assignees: logins.optional().describe('Logins of people to assign'),
    })
    .meta({
      examples: [{ owner: 'octocat', repo: 'hello-world', title: 'Crash on start', body: 'Steps: …' }],
    }),
  output: issue,
  run: async ({ input, http, effectId }) => {
    const { owner, repo, body, ...rest } = input;
    const created = await http.post(apiPath`/repos/${owner}/${repo}/issues`, {
      body: { ...rest, body: marked(body, effectId) },
      response: githubIssue,
    });
    return toIssue(created);
  },
  recover: async (call) => {
    const { owner, repo } = call.input;
    const found = await findMarked(call, {
      path: apiPath`/repos/${owner}/${repo}/issues`,
      query: { state: 'all', sort: 'created', direction: 'desc' },
      response: z.array(githubIssue),
      newestFirst: true,
    });
    return asFound(found, toIssue);
  },
});

import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { pullNumber, repository, sha } from '../input-fields.js';
import { githubPull } from '../pull.js';

/** https://docs.github.com/rest/pulls/pulls#merge-a-pull-request */
export const mergePull = github.action({
  name: 'pulls.merge',
  title: 'Merge a pull request',
  summary:
    'Merges a pull request into its base branch, if its newest commit is still the one given. It cannot be undone.',
  effect: 'destructive',
  preview: ({ owner, repo, number, method, headSha }) =>
    `Merge pull request #${number} in ${owner}/${repo} (${method}), at commit ${headSha.slice(0, 10)}. It cannot be undone.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      ...repository,
      number: pullNumber,
      headSha: sha.describe('headSha that was looked at; another newest commit is a conflict'),
      method: z
        .enum(['merge', 'squash', 'rebase'])
        .default('merge')
        .describe('How; the repository may allow only some'),
      commitTitle: z.string().min(1).max(256).optional().describe('Title of the merge commit'),
      commitMessage: z.string().max(65_000).optional().describe('Rest of its message'),
    })
    .meta({
      examples: [
        {
          owner: 'octocat',
          repo: 'hello-world',
          number: 7,
          headSha: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
          method: 'squash',
        },
      ],
    }),
  output: z.object({
    merged: z.boolean().describe('It is merged'),
    sha: z.string().optional().describe('Commit that the merge has made'),
  }),
  run: ({ input: { owner, repo, number, headSha, method, commitTitle, commitMessage }, http }) =>
    http.put(apiPath`/repos/${owner}/${repo}/pulls/${number}/merge`, {
      body: { sha: headSha, merge_method: method, commit_title: commitTitle, commit_message: commitMessage },
      response: z.object({ merged: z.boolean(), sha: z.string() }),
    }),
  recover: async ({ input: { owner, repo, number }, http }) => {
    const path = apiPath`/repos/${owner}/${repo}/pulls/${number}`;
    const { merged, mergeCommitSha } = await http.get(path, { response: githubPull });
    return merged ? { found: { merged, sha: mergeCommitSha } } : { absent: true };
  },
});

import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { asFound, findMarked } from '../find-marked.js';
import { pullNumber, repository, sha, text } from '../input-fields.js';
import { marked } from '../marker.js';
import { githubReview, review, toReview } from '../pull.js';

/** https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request */
export const reviewPull = github.action({
  name: 'pulls.review',
  title: 'Review a pull request',
  summary:
    'Approves a pull request, asks for changes, or comments on it as a review. Nobody can approve their own.',
  effect: 'write',
  preview: ({ owner, repo, number, event }) =>
    `Review pull request #${number} in ${owner}/${repo}: ${event}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      ...repository,
      number: pullNumber,
      event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).describe('What the review says'),
      body: text.min(1).optional().describe('Text in Markdown; only an approval can do without'),
      commitSha: sha.optional().describe('Commit that was reviewed; the newest without it'),
    })
    .refine(({ event, body }) => event === 'APPROVE' || body, {
      path: ['body'],
      error: 'is needed unless it approves',
    })
    .meta({
      examples: [{ owner: 'octocat', repo: 'hello-world', number: 7, event: 'COMMENT', body: 'Looks good.' }],
    }),
  output: review,
  run: async ({ input: { owner, repo, number, event, body, commitSha }, http, effectId }) => {
    const submitted = await http.post(apiPath`/repos/${owner}/${repo}/pulls/${number}/reviews`, {
      body: { event, body: marked(body, effectId), ...(commitSha ? { commit_id: commitSha } : {}) },
      response: githubReview,
    });
    return toReview(submitted);
  },
  recover: async (call) => {
    const { owner, repo, number } = call.input;
    const found = await findMarked(call, {
      path: apiPath`/repos/${owner}/${repo}/pulls/${number}/reviews`,
      response: z.array(githubReview),
      newestFirst: false,
    });
    return asFound(found, toReview);
  },
});

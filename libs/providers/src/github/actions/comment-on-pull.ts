import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { githubReviewComment, reviewComment, toReviewComment } from '../comment.js';
import { github } from '../definition.js';
import { asFound, findMarked } from '../find-marked.js';
import { filePath, pullNumber, repository, sha, text } from '../input-fields.js';
import { marked } from '../marker.js';

const line = z.int().min(1).max(10_000_000);

/** https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request */
export const commentOnPull = github.action({
  name: 'pulls.comment',
  title: 'Comment on a line of a pull request',
  summary: 'Writes a comment on a line of the diff of a pull request.',
  effect: 'write',
  preview: ({ owner, repo, number, path, line, body }) =>
    `Comment on ${path}, line ${line}, of pull request #${number} in ${owner}/${repo}: ${quoted(body)}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({
      ...repository,
      number: pullNumber,
      body: text.min(1).describe('Text in Markdown'),
      path: filePath.describe('Changed file'),
      line: line.describe('Line in the diff; the last one, if it is about several'),
      side: z
        .enum(['LEFT', 'RIGHT'])
        .default('RIGHT')
        .describe('LEFT for a removed line, RIGHT for any other'),
      startLine: line.optional().describe('First line, if it is about several'),
      commitSha: sha.describe('headSha of the pull request'),
    })
    .meta({
      examples: [
        {
          owner: 'octocat',
          repo: 'hello-world',
          number: 7,
          body: 'Why twice?',
          path: 'src/main.ts',
          line: 12,
          commitSha: '6dcb09b5b57875f334f61aebed695e2e4193db5e',
        },
      ],
    }),
  output: reviewComment,
  run: async ({ input, http, effectId }) => {
    const { owner, repo, number, body, startLine, commitSha, ...place } = input;
    const written = await http.post(apiPath`/repos/${owner}/${repo}/pulls/${number}/comments`, {
      body: {
        ...place,
        ...(startLine === undefined ? {} : { start_line: startLine, start_side: place.side }),
        commit_id: commitSha,
        body: marked(body, effectId),
      },
      response: githubReviewComment,
    });
    return toReviewComment(written);
  },
  recover: async (call) => {
    const { owner, repo, number } = call.input;
    const found = await findMarked(call, {
      path: apiPath`/repos/${owner}/${repo}/pulls/${number}/comments`,
      query: { sort: 'created', direction: 'desc' },
      response: z.array(githubReviewComment),
      newestFirst: true,
    });
    return asFound(found, toReviewComment);
  },
});

import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { comment, githubComment, toComment } from '../comment.js';
import { github } from '../definition.js';
import { asFound, earliest, findMarked } from '../find-marked.js';
import { issueNumber, repository, text } from '../input-fields.js';
import { marked } from '../marker.js';

/** https://docs.github.com/rest/issues/comments#create-an-issue-comment */
export const commentOnIssue = github.action({
  name: 'issues.comment',
  title: 'Comment on an issue',
  summary: 'Writes a comment below an issue or a pull request. People who follow it are notified.',
  effect: 'write',
  preview: ({ owner, repo, number, body }) => `Comment on #${number} in ${owner}/${repo}: ${quoted(body)}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 10_000,
  input: z
    .strictObject({ ...repository, number: issueNumber, body: text.min(1).describe('Text in Markdown') })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 42, body: 'Fixed in 1.2.' }] }),
  output: comment,
  run: async ({ input: { owner, repo, number, body }, http, effectId }) => {
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}/comments`;
    const written = await http.post(path, {
      body: { body: marked(body, effectId) },
      response: githubComment,
    });
    return toComment(written);
  },
  recover: async (call) => {
    const { owner, repo, number } = call.input;
    const found = await findMarked(call, {
      path: apiPath`/repos/${owner}/${repo}/issues/${number}/comments`,
      query: { since: earliest(call)?.toISOString() },
      response: z.array(githubComment),
      newestFirst: false,
    });
    return asFound(found, toComment);
  },
});

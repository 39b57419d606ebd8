import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { comment, githubComment, toComment } from '../comment.js';
import { github } from '../definition.js';
import { issueNumber, listQuery, nextPage, nextPageOf, paging, repository, time } from '../input-fields.js';

/** https://docs.github.com/rest/issues/comments#list-issue-comments */
export const listComments = github.action({
  name: 'comments.list',
  title: 'List comments',
  summary:
    'Lists the comments below one issue or pull request, oldest first. Comments on lines of a diff are not among them.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      number: issueNumber,
      since: time.optional().describe('Only comments changed at or after this RFC 3339 time'),
      ...paging,
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 42 }] }),
  output: z.object({ comments: z.array(comment).describe('Comments, oldest first'), nextPage }),
  run: async ({ input: { owner, repo, number, limit, ...rest }, http }) => {
    const page = await http.getPage(apiPath`/repos/${owner}/${repo}/issues/${number}/comments`, {
      query: listQuery(rest, limit),
      response: z.array(githubComment),
    });
    return { comments: page.body.map(toComment), nextPage: nextPageOf(page) };
  },
});

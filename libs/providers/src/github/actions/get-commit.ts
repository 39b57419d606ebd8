import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { changedFile, commit, githubWholeCommit } from '../commit.js';
import { github } from '../definition.js';
import { gitRef, listQuery, nextPage, nextPageOf, paging, repository } from '../input-fields.js';

/** https://docs.github.com/rest/commits/commits#get-a-commit */
export const getCommit = github.action({
  name: 'commits.get',
  title: 'Read a commit',
  summary: 'Reads one commit with the files that it changes, each with its unified diff.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      ref: gitRef.describe('SHA of the commit, or a branch or tag for its newest one'),
      ...paging,
      limit: paging.limit.describe('Changed files per page'),
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', ref: 'feature/x' }] }),
  output: commit.extend({ files: z.array(changedFile).describe('Changed files'), nextPage }),
  run: async ({ input: { owner, repo, ref, limit, page }, http }) => {
    const found = await http.getPage(apiPath`/repos/${owner}/${repo}/commits/${ref}`, {
      query: listQuery({ page }, limit),
      response: githubWholeCommit,
    });
    return { ...found.body, nextPage: nextPageOf(found) };
  },
});

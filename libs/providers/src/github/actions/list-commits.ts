import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { commit, githubCommit } from '../commit.js';
import { github } from '../definition.js';
import {
  filePath,
  gitRef,
  listQuery,
  nextPage,
  nextPageOf,
  paging,
  repository,
  time,
} from '../input-fields.js';

/** https://docs.github.com/rest/commits/commits#list-commits */
export const listCommits = github.action({
  name: 'commits.list',
  title: 'List commits',
  summary: 'Lists the commits of a branch, newest first.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      ref: gitRef.optional().describe('Branch, tag or commit to start from; the default branch without it'),
      path: filePath.optional().describe('Only commits that change this file or directory'),
      author: z.string().min(1).max(200).optional().describe('Only commits of this login or e-mail address'),
      since: time.optional().describe('Only commits at or after this RFC 3339 time'),
      until: time.optional().describe('Only commits at or before this RFC 3339 time'),
      ...paging,
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', ref: 'main', path: 'README.md' }] }),
  output: z.object({ commits: z.array(commit).describe('Commits, newest first'), nextPage }),
  run: async ({ input: { owner, repo, ref, limit, ...rest }, http }) => {
    const page = await http.getPage(apiPath`/repos/${owner}/${repo}/commits`, {
      query: listQuery({ ...rest, sha: ref }, limit),
      response: z.array(githubCommit),
    });
    return { commits: page.body, nextPage: nextPageOf(page) };
  },
});

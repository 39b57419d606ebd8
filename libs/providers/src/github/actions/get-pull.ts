import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { pullNumber, repository } from '../input-fields.js';
import { githubPull, pull } from '../pull.js';

/** https://docs.github.com/rest/pulls/pulls#get-a-pull-request */
export const getPull = github.action({
  name: 'pulls.get',
  title: 'Read a pull request',
  summary: 'Reads one pull request: text, branches, newest commit, size, and whether it can be merged.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({ ...repository, number: pullNumber })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 7 }] }),
  output: pull,
  run: ({ input: { owner, repo, number }, http }) =>
    http.get(apiPath`/repos/${owner}/${repo}/pulls/${number}`, { response: githubPull }),
});

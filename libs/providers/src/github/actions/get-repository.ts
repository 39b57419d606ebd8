import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { repository } from '../input-fields.js';
import { githubRepository, repositoryFacts } from '../repository.js';

/** https://docs.github.com/rest/repos/repos#get-a-repository */
export const getRepository = github.action({
  name: 'repositories.get',
  title: 'Read a repository',
  summary:
    'Reads what a repository is: description, visibility, default branch, and whether the user may write to it.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z.strictObject(repository).meta({ examples: [{ owner: 'octocat', repo: 'hello-world' }] }),
  output: repositoryFacts,
  run: ({ input: { owner, repo }, http }) =>
    http.get(apiPath`/repos/${owner}/${repo}`, { response: githubRepository }),
});

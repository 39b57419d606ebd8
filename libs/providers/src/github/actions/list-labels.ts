import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { issueNumber, listQuery, nextPage, nextPageOf, paging, repository } from '../input-fields.js';
import { githubLabel } from '../issue.js';

/** https://docs.github.com/rest/issues/labels#list-labels-for-a-repository and #list-labels-for-an-issue */
export const listLabels = github.action({
  name: 'labels.list',
  title: 'List labels',
  summary: 'Lists the labels that a repository knows, or those of one of its issues or pull requests.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z.strictObject({ ...repository, number: issueNumber.optional(), ...paging }).meta({
    examples: [
      { owner: 'octocat', repo: 'hello-world' },
      { owner: 'octocat', repo: 'hello-world', number: 42 },
    ],
  }),
  output: z.object({ labels: z.array(z.string()).describe('Names of the labels'), nextPage }),
  run: async ({ input: { owner, repo, number, limit, page }, http }) => {
    const repositoryLabels = apiPath`/repos/${owner}/${repo}/labels`;
    const path =
      number === undefined ? repositoryLabels : apiPath`/repos/${owner}/${repo}/issues/${number}/labels`;
    const found = await http.getPage(path, {
      query: listQuery({ page }, limit),
      response: z.array(githubLabel),
    });
    return { labels: found.body, nextPage: nextPageOf(found) };
  },
});

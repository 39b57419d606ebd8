import { z } from 'zod';
import { listed } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { issueNumber, labelName, repository } from '../input-fields.js';
import { githubLabel } from '../issue.js';

const labels = z.array(githubLabel);

/** https://docs.github.com/rest/issues/labels#add-labels-to-an-issue */
export const addLabels = github.action({
  name: 'labels.add',
  title: 'Add labels to an issue',
  summary:
    'Adds labels to one issue or pull request and returns all that it has then. Labels that the repository lacks are created.',
  effect: 'write',
  preview: ({ owner, repo, number, labels }) => `Add ${listed(labels)} to #${number} in ${owner}/${repo}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 5000,
  input: z
    .strictObject({
      ...repository,
      number: issueNumber,
      labels: z.array(labelName).min(1).max(50).describe('Names of the labels to add'),
    })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 42, labels: ['bug'] }] }),
  output: z.object({ labels: z.array(z.string()).describe('All labels that it has now') }),
  run: async ({ input: { owner, repo, number, labels: names }, http }) => {
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}/labels`;
    return { labels: await http.post(path, { body: { labels: names }, response: labels }) };
  },
  recover: async ({ input: { owner, repo, number, labels: names }, http }) => {
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}/labels`;
    const present = await http.get(path, { query: { per_page: 100 }, response: labels });
    const known = new Set(present.map((name) => name.toLowerCase()));
    return names.every((name) => known.has(name.toLowerCase()))
      ? { found: { labels: present } }
      : { absent: true };
  },
});

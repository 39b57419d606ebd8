import { z } from 'zod';
import { quoted } from '../../core/preview-words.js';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { issueNumber, labelName, repository } from '../input-fields.js';
import { githubLabel } from '../issue.js';

const labels = z.array(githubLabel);

/** https://docs.github.com/rest/issues/labels#remove-a-label-from-an-issue */
export const removeLabel = github.action({
  name: 'labels.remove',
  title: 'Remove a label from an issue',
  summary:
    'Takes one label off an issue or pull request and returns those that are left. The repository keeps the label.',
  effect: 'write',
  preview: ({ owner, repo, number, label }) =>
    `Remove the label ${quoted(label)} from #${number} in ${owner}/${repo}.`,
  idempotency: 'read_back',
  scopes: ['repo'],
  settleMs: 5000,
  input: z
    .strictObject({ ...repository, number: issueNumber, label: labelName.describe('Name of the label') })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', number: 42, label: 'area/api' }] }),
  output: z.object({ labels: z.array(z.string()).describe('All labels that it has now') }),
  run: async ({ input: { owner, repo, number, label }, http }) => {
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}/labels/${label}`;
    return { labels: await http.delete(path, { response: labels }) };
  },
  recover: async ({ input: { owner, repo, number, label }, http }) => {
    const path = apiPath`/repos/${owner}/${repo}/issues/${number}/labels`;
    const present = await http.get(path, { query: { per_page: 100 }, response: labels });
    const isThere = present.some((name) => name.toLowerCase() === label.toLowerCase());
    return isThere ? { absent: true } : { found: { labels: present } };
  },
});

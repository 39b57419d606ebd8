import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { repository } from '../input-fields.js';
import { githubWorkflowRun, workflowRun } from '../workflow-run.js';

/** https://docs.github.com/rest/actions/workflow-runs#get-a-workflow-run */
export const getWorkflowRun = github.action({
  name: 'workflow-runs.get',
  title: 'Read a workflow run',
  summary:
    'Reads one run of GitHub Actions: its state, its result and what it runs on. It does not return logs.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({ ...repository, id: z.int().min(1).describe('Id of the run') })
    .meta({ examples: [{ owner: 'octocat', repo: 'hello-world', id: 30433642 }] }),
  output: workflowRun,
  run: ({ input: { owner, repo, id }, http }) =>
    http.get(apiPath`/repos/${owner}/${repo}/actions/runs/${id}`, { response: githubWorkflowRun }),
});

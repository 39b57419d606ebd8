import { z } from 'zod';
import { apiPath } from '../../core/api-path.js';
import { github } from '../definition.js';
import { gitRef, listQuery, nextPage, nextPageOf, paging, repository } from '../input-fields.js';
import { githubWorkflowRun, workflowRun } from '../workflow-run.js';

const statuses = [
  'completed',
  'queued',
  'in_progress',
  'waiting',
  'success',
  'failure',
  'cancelled',
  'timed_out',
] as const;

/** https://docs.github.com/rest/actions/workflow-runs#list-workflow-runs-for-a-repository and #list-workflow-runs-for-a-workflow */
export const listWorkflowRuns = github.action({
  name: 'workflow-runs.list',
  title: 'List workflow runs',
  summary: 'Lists the runs of GitHub Actions in one repository, newest first, with their state and result.',
  effect: 'read',
  idempotency: 'none',
  scopes: ['repo'],
  input: z
    .strictObject({
      ...repository,
      workflow: z
        .string()
        .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,200}$/, 'a file name or an id')
        .optional()
        .describe('File name, for example ci.yml, or id'),
      branch: gitRef.optional().describe('Only runs on this branch'),
      event: z
        .string()
        .min(1)
        .max(50)
        .optional()
        .describe('Only runs started by this event, for example push'),
      status: z.enum(statuses).optional().describe('Only runs in this state or with this result'),
      ...paging,
    })
    .meta({
      examples: [
        { owner: 'octocat', repo: 'hello-world', branch: 'main', status: 'failure' },
        { owner: 'octocat', repo: 'hello-world', workflow: 'ci.yml' },
      ],
    }),
  output: z.object({
    runs: z.array(workflowRun).describe('Runs, newest first'),
    total: z.int().describe('How many there are'),
    nextPage,
  }),
  run: async ({ input: { owner, repo, workflow, limit, ...filter }, http }) => {
    const of = workflow === undefined ? '' : apiPath`/workflows/${workflow}`;
    const page = await http.getPage(`${apiPath`/repos/${owner}/${repo}/actions`}${of}/runs`, {
      query: listQuery(filter, limit),
      response: z.object({ total_count: z.int(), workflow_runs: z.array(githubWorkflowRun) }),
    });
    return { runs: page.body.workflow_runs, total: page.body.total_count, nextPage: nextPageOf(page) };
  },
});

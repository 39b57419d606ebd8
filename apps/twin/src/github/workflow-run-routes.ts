import type { FastifyInstance } from 'fastify';
import type { Form } from '../oauth/request-form.js';
import { queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { githubNotFound } from './github-errors.js';
import type { Repository, WorkflowRun } from './github-state.js';
import { linkedPage } from './link-paging.js';
import { ACTIONS_READ, place, REPO } from './place.js';
import { api, nodeId, simpleUser } from './resources.js';

const WORKFLOW_ID = 77;

/** Runs of GitHub Actions, newest first. */
export function registerWorkflowRuns(app: FastifyInstance, world: World): void {
  for (const path of [`${REPO}/actions/runs`, `${REPO}/actions/workflows/:workflow/runs`]) {
    app.get(path, (request, reply) => {
      const { repository } = place(world, request, reply, ACTIONS_READ);
      const { workflow } = request.params as { workflow?: string };
      const isOf = (run: WorkflowRun) =>
        workflow === undefined || run.workflow.endsWith(`/${workflow}`) || workflow === String(WORKFLOW_ID);
      if (!repository.runs.some(isOf)) throw githubNotFound;
      const runs = repository.runs.filter((run) => isOf(run) && fits(run, queryOf(request))).toReversed();
      const page = linkedPage(world, request, reply, runs);
      return { total_count: runs.length, workflow_runs: page.map((run) => runBody(world, repository, run)) };
    });
  }
  app.get(`${REPO}/actions/runs/:id`, (request, reply) => {
    const { repository } = place(world, request, reply, ACTIONS_READ);
    const { id } = request.params as { id: string };
    const run = repository.runs.find((entry) => String(entry.id) === id);
    if (!run) throw githubNotFound;
    return runBody(world, repository, run);
  });
}

function fits(run: WorkflowRun, { branch, event, status, head_sha: sha }: Form): boolean {
  return (
    (!branch || run.branch === branch) &&
    (!event || run.event === event) &&
    (!status || run.status === status || run.conclusion === status) &&
    (!sha || run.sha === sha)
  );
}

function runBody(world: World, { owner, name }: Repository, run: WorkflowRun): Record<string, unknown> {
  const url = api(world, `/repos/${owner}/${name}/actions/runs/${run.id}`);
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.workflow,
    display_title: run.title,
    run_number: run.number,
    run_attempt: 1,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: WORKFLOW_ID,
    url,
    html_url: `${world.url}/github/${owner}/${name}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.startedAt,
    updated_at: run.startedAt,
    run_started_at: run.startedAt,
    actor: simpleUser(world, run.actorId),
    triggering_actor: simpleUser(world, run.actorId),
  };
}

import { z } from 'zod';
import { at, person, present } from './input-fields.js';

export const workflowRun = z.object({
  id: z.int().describe('Id of the run'),
  name: z.string().optional().describe('Name of the workflow'),
  title: z.string().optional().describe('What the run is about, mostly the title of the commit'),
  number: z.int().describe('Number of the run within its workflow'),
  attempt: z.int().optional().describe('1, and more when it was run again'),
  event: z.string().describe('What started it: push, pull_request, schedule, …'),
  status: z.string().optional().describe('queued, in_progress, completed, waiting, …'),
  conclusion: z.string().optional().describe('success, failure, cancelled, …; absent until it is completed'),
  branch: z.string().optional().describe('Branch that it runs on'),
  commitSha: z.string().describe('Commit that it runs on'),
  workflow: z.string().optional().describe('Path of the workflow file'),
  actor: z.string().optional().describe('Login of who started it'),
  startedAt: z.string().optional().describe('RFC 3339'),
  updatedAt: z.string().optional().describe('RFC 3339'),
  url: z.string().optional().describe('Address of the run on GitHub'),
});

export const githubWorkflowRun = z
  .object({
    id: z.int(),
    name: z.string().nullish(),
    display_title: z.string().nullish(),
    run_number: z.int(),
    run_attempt: z.int().optional(),
    event: z.string(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    head_branch: z.string().nullish(),
    head_sha: z.string(),
    path: z.string().nullish(),
    actor: person,
    run_started_at: at,
    updated_at: at,
    html_url: z.string().optional(),
  })
  .transform((from): z.output<typeof workflowRun> => ({
    id: from.id,
    name: present(from.name),
    title: present(from.display_title),
    number: from.run_number,
    attempt: from.run_attempt,
    event: from.event,
    status: present(from.status),
    conclusion: present(from.conclusion),
    branch: present(from.head_branch),
    commitSha: from.head_sha,
    workflow: present(from.path),
    actor: from.actor?.login,
    startedAt: present(from.run_started_at),
    updatedAt: present(from.updated_at),
    url: from.html_url,
  }));

import { RunTask } from '../run-task.js';
import { Caller, type Answer, type TwinWorld } from '../../platform/testing/index.js';
import { CALENDAR, createTaskWorld, newEvent } from './task-world.js';

export const CREATE = 'google-calendar.events.create';
const ADVICE = 'forbid (principal, action == Action::"google-calendar.events.create", resource);';

/** A world in which each new event needs a person's agreement. */
export interface ApprovalWorld {
  readonly world: TwinWorld;
  readonly operator: Caller;
  /** The agent that asks. */
  readonly agent: Caller;
  readonly agentId: string;
  /** The user, by a token of the calling app. */
  readonly user: Caller;
  /** Writes the rule that asks; `''` writes none. @returns its id */
  setPolicy(text: string): Promise<string>;
  /** The direct call. */
  call(input: object, more?: object, headers?: Record<string, string>): Promise<Answer>;
  decide(id: string, decision: object, by?: Caller): Promise<Answer>;
  /** One step of the task, as a worker takes it. */
  run(taskId: string): Promise<unknown>;
  task(id: string): Promise<Answer['body']>;
  /** Events in the audit log about one approval. */
  logged(
    approvalId: string,
  ): Promise<{ type: string; outcome: string; detail: Record<string, unknown>; hash: string }[]>;
}

export async function createApprovalWorld(
  role: 'api' | 'all' = 'api',
  processes = 1,
  env: Readonly<Record<string, string>> = {},
): Promise<ApprovalWorld> {
  const world = await createTaskWorld(role, processes, env);
  const { app } = world.apps[0];
  const operator = Caller.operator(app);
  const user = await world.user('ada');
  await user.connect('google', CALENDAR.write);
  const { body: made } = await operator.post('/v1/agents', { name: 'Asker' });
  const agent = new Caller(app, made.key);
  let policyId: string | undefined;
  return {
    world,
    operator,
    agent,
    agentId: made.id,
    user,
    setPolicy: async (text) => {
      if (policyId !== undefined) await operator.delete(`/v1/operator/policies/${policyId}`);
      policyId = undefined;
      if (text === '') return '';
      const answer = await operator.post('/v1/operator/policies', {
        name: 'New events',
        text,
        enabled: true,
      });
      policyId = answer.body.id as string;
      return policyId;
    },
    call: (input, more = {}, headers = {}) =>
      agent.post(`/v1/actions/${CREATE}`, { userId: 'ada', input, ...more }, headers),
    decide: (id, decision, by = operator) => by.post(`/v1/approvals/${id}/decision`, decision),
    run: (taskId) => world.apps[0].get(RunTask).runTask(taskId),
    task: async (id) => (await operator.get(`/v1/operator/tasks/${id}`)).body,
    logged: (approvalId) =>
      world.database.query(
        `SELECT type, outcome, detail, arguments->>'hash' AS hash FROM audit_events
         WHERE detail->>'approvalId' = $1 ORDER BY seq`,
        [approvalId],
      ),
  };
}

/** A rule that asks; its annotation says who may agree. */
export function askingRule(approver = 'yes'): string {
  return `@require_approval("${approver}") ${ADVICE}`;
}

/** The input of a new event. */
export function eventInput(summary: string): { summary: string; start: object; end: object } {
  return newEvent('ada', summary).input;
}

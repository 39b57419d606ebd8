import { AgentsModule } from '../../agents/index.js';
import { createConnectedWorld } from '../../authorizations/testing/index.js';
import { GatewayModule } from '../../gateway/index.js';
import { Caller, type Answer, type TwinWorld } from '../../platform/testing/index.js';
import { ScheduleRuns } from '../schedule-runs.js';
import { SchedulesModule } from '../schedules.module.js';

const MINUTE_MS = 60_000;

/** A world in which the spec makes the rounds, at times of its choice. */
export interface ScheduleWorld {
  readonly world: TwinWorld;
  readonly operator: Caller;
  readonly agent: Caller;
  readonly agentId: string;
  readonly keyId: string;
  readonly user: Caller;
  /** A request for a run each hour; its task has no write. */
  readonly hourly: Readonly<Record<string, unknown>>;
  create(members?: object, by?: Caller, headers?: Record<string, string>): Promise<Answer>;
  /** Makes a schedule that was asked for. */
  made(members?: object, by?: Caller): Promise<string>;
  read(id: string): Promise<Answer['body']>;
  /** The tasks that its runs have become, oldest first. */
  runsOf(id: string): Promise<Answer['body'][]>;
  /** Lets time pass up to minutes after its next run, and makes a round. */
  pass(id: string, minutes?: number): Promise<void>;
  round(process?: number): Promise<void>;
  /** Ends all tasks that are open. */
  endTasks(): Promise<void>;
}

export async function createScheduleWorld(): Promise<ScheduleWorld> {
  const modules = [SchedulesModule, GatewayModule, AgentsModule];
  const world = await createConnectedWorld(2, { VALETKEY_ROLE: 'api' }, modules);
  world.clock.stop();
  const { app } = world.apps[0];
  const operator = Caller.operator(app);
  const { body: made } = await operator.post('/v1/agents', { name: 'Planner' });
  const agent = new Caller(app, made.key);
  const hourly = { userId: 'ada', action: 'google-calendar.events.list', cron: '0 * * * *', timeZone: 'UTC' };
  const create = (members: object = {}, by = agent, headers: Record<string, string> = {}) =>
    by.post('/v1/schedules', { ...hourly, ...members }, headers);
  const read = async (id: string) => (await operator.get(`/v1/operator/schedules/${id}`)).body;
  const round = (process = 0) => (world.apps[process] ?? world.apps[0]).get(ScheduleRuns).run();
  return {
    world,
    operator,
    agent,
    agentId: made.id,
    keyId: made.keys[0].id,
    user: await world.user('ada'),
    hourly,
    create,
    read,
    round,
    made: async (members, by) => {
      const { status, body, text } = await create(members, by);
      if (status !== 201) throw new Error(`expected 201, got ${status}: ${text}`);
      return body.id;
    },
    runsOf: async (id) => (await operator.get(`/v1/tasks?scheduleId=${id}&limit=200`)).body.data.toReversed(),
    pass: async (id, minutes = 0) => {
      const { nextRunAt } = await read(id);
      world.clock.advance(Date.parse(nextRunAt) - world.clock.now() + minutes * MINUTE_MS);
      await round();
    },
    endTasks: async () => {
      await world.database.query(`UPDATE tasks SET status = 'succeeded' WHERE status = 'queued'`);
    },
  };
}

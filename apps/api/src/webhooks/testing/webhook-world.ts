import { AgentsModule } from '../../agents/index.js';
import { Audit, AuditModule, Sequencer, type NewAuditEvent } from '../../audit/index.js';
import { OperatorsModule } from '../../operators/index.js';
import { Caller, createWorld, type TestApp, type World } from '../../platform/testing/index.js';
import { DeliverMessages } from '../deliver-messages.js';
import { TellEvents } from '../tell-events.js';
import { WebhooksModule } from '../webhooks.module.js';

/** Processes with webhooks on one database; they send when a spec says so. */
export interface WebhookWorld extends World<readonly [TestApp, TestApp]> {
  operator(): Caller;
  /** Adds an endpoint. @returns the answer */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- judged by the specs
  add(body: object): Promise<any>;
  record(...events: readonly Partial<NewAuditEvent>[]): Promise<void>;
  /** Writes the messages of what was recorded. */
  tell(app?: number): Promise<void>;
  /** Sends what is due, and waits for the end. */
  send(app?: number): Promise<void>;
}

export async function createWebhookWorld(): Promise<WebhookWorld> {
  const rooms = [WebhooksModule, AgentsModule, OperatorsModule, AuditModule];
  const world = await createWorld({ rooms, processes: 2 });
  const { apps } = world;
  const one = (app = 0) => apps[app] ?? apps[0];
  const operator = () => Caller.operator(apps[0].app);
  return {
    ...world,
    operator,
    add: async (body) => (await operator().post('/v1/webhooks', body)).body,
    record: async (...events) => {
      await apps[0].get(Audit).record(...events.map(taskFinished));
      await apps[0].get(Sequencer).settled();
    },
    tell: (app) => one(app).get(TellEvents).run(),
    send: async (app) => {
      await one(app).get(DeliverMessages).beginDue();
      await one(app).get(DeliverMessages).settled();
    },
  };
}

/** An event that is told: of a task that has succeeded, where nothing else is said. */
function taskFinished(over: Partial<NewAuditEvent>): NewAuditEvent {
  return {
    type: 'task.finished',
    outcome: 'succeeded',
    actor: { type: 'system', id: 'worker' },
    userId: 'ada',
    taskId: 'tsk_1',
    action: 'github.issues.create',
    detail: { status: 'succeeded' },
    ...over,
  };
}

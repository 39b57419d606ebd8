import { query, untilTask, type Stack } from '../kit/index.js';

export const SCOPES = {
  readEvents: 'https://www.googleapis.com/auth/calendar.events.readonly',
  writeEvents: 'https://www.googleapis.com/auth/calendar.events',
  sendMail: 'https://www.googleapis.com/auth/gmail.send',
} as const;

/** The ids of what `furnish` made. */
export interface World {
  readonly userId: string;
  readonly agentId: string;
  readonly connectionId: string;
  readonly tasks: { readonly succeeded: string; readonly failed: string; readonly waiting: string };
}

/** Fills a server with something of everything, made over its own API: three connections in three states, tasks, events. */
export async function furnish(stack: Stack, userId = 'ada@acme.example'): Promise<World> {
  const { agent, server } = stack;
  const agentApi = agent.client;
  await stack.connected(userId, {
    target: 'google',
    scope: `${SCOPES.readEvents} ${SCOPES.writeEvents} ${SCOPES.sendMail}`,
  });
  await stack.connected(userId, { target: 'dropbox', scope: 'files.metadata.read' });
  await stack.connected(userId, { target: 'github', scope: 'repo' });
  const { body } = await agentApi.get(`/v1/connections?userId=${encodeURIComponent(userId)}`);
  const idOf = (target: string): string =>
    body.data.find((connection: { target: string }) => connection.target === target).id;

  const run = (action: string, input: object) => agentApi.post(`/v1/actions/${action}`, { userId, input });
  const queue = async (action: string, input: object): Promise<string> =>
    (await agentApi.post('/v1/tasks', { userId, action, input })).body.id;
  await run('google-calendar.events.list', {});
  await run('google-drive.files.search', { nameContains: 'plan' });
  const succeeded = await queue('google-calendar.events.create', {
    summary: 'Planning with Grace',
    start: { dateTime: '2031-05-05T09:00:00Z' },
    end: { dateTime: '2031-05-05T10:00:00Z' },
  });
  const failed = await queue('github.issues.list', { owner: 'nobody', repo: 'nothing' });
  const waiting = await queue('google-drive.files.search', { nameContains: 'plan' });
  await untilTask(agentApi, succeeded);
  await untilTask(agentApi, failed);
  await untilTask(agentApi, waiting, ['waiting_for_authorization']);

  await expire(server.embeddedDatabaseUrl, idOf('dropbox'));
  await (await stack.user(userId)).delete(`/my-account/connections/${idOf('github')}`);
  return {
    userId,
    agentId: agent.id,
    connectionId: idOf('google'),
    tasks: { succeeded, failed, waiting },
  };
}

/** A task whose answer was lost, of an action that the provider cannot be asked about. @returns its id */
export async function unknownTask({ agent, twin }: Stack, userId: string): Promise<string> {
  const path = '/google/calendar/v3/calendars/primary/events/quickAdd';
  twin.control.addFault({ provider: 'google', fault: 'answer_lost', match: { path }, times: 1 });
  const input = { text: 'Tea with Grace at four' };
  const task = { userId, action: 'google-calendar.events.quick-add', input };
  const { body } = await agent.client.post('/v1/tasks', task);
  await untilTask(agent.client, body.id);
  return body.id;
}

/** Puts the end of a connection's access token into the past. */
export async function expire(databaseUrl: string, connectionId: string): Promise<void> {
  await query(
    databaseUrl,
    `UPDATE token_sets SET expires_at = now() - interval '1 minute' WHERE connection_id = $1`,
    [connectionId],
  );
}

import { Client, type Answer } from './client.js';
import { connectAccount, type Connecting } from './connect.js';
import { freePort } from './free-port.js';
import { Server, startServer } from './server.js';
import { startTwinFor, type TestTwin } from './twin.js';
import { until } from './until.js';

/** An agent of a test server. */
export interface TestAgent {
  readonly id: string;
  readonly key: string;
  readonly client: Client;
}

/** The callers of a test server: its owner, an agent, and users. */
export interface Callers {
  readonly agent: TestAgent;
  readonly operator: Client;
  createAgent(name: string, options?: { rawTokens?: boolean }): Promise<TestAgent>;
  /** A client with a fresh token of this user; `credential` of it is the token. */
  user(userId: string): Promise<Client>;
}

/** A server whose providers are a twin in this process, with one agent. */
export interface Stack extends Callers {
  readonly server: Server;
  readonly twin: TestTwin;
  /** Connects an account for a user over the Account API. Gives the user's client. */
  connected(userId: string, connecting: Connecting): Promise<Client>;
  close(): Promise<void>;
}

export interface StackOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Only these targets in the connectors file. */
  readonly targets?: string[];
  /** The server can be told to die at a failure point. */
  readonly mortal?: boolean;
  /** Modules that the server's process loads before it. */
  readonly preload?: readonly string[];
}

/** Starts a twin, a server that knows it, and an agent. */
export async function startStack({
  env = {},
  targets,
  mortal = false,
  preload = [],
}: StackOptions = {}): Promise<Stack> {
  const port = await freePort();
  const twin = await startTwinFor(`http://localhost:${port}`, targets ? { targets } : {});
  const settings = { VALETKEY_CONNECTORS_FILE: twin.connectorsFile, ...env };
  const server = await startServer({ port, env: settings, mortal, preload });
  const callers = await callersOf(server);
  return {
    server,
    twin,
    ...callers,
    connected: async (userId, connecting) => {
      const client = await callers.user(userId);
      await connectAccount(client, connecting);
      return client;
    },
    close: async () => {
      await server.destroy();
      await twin.close();
    },
  };
}

/** The callers of a running server, with one new agent. */
export async function callersOf({ url, operator }: Server): Promise<Callers> {
  const createAgent: Callers['createAgent'] = async (name, options = {}) => {
    const { status, body, text } = await asked(() => operator.post('/v1/agents', { name, ...options }));
    if (status !== 201) throw new Error(`no agent: ${status} ${text}`);
    return { id: body.id, key: body.key, client: new Client(url, body.key) };
  };
  const agent = await createAgent('e2e agent');
  return { operator, createAgent, agent, user: (userId) => userClient(agent.client, userId) };
}

/** A client that speaks for a user, with a token that the agent mints. */
export async function userClient(agent: Client, userId: string): Promise<Client> {
  const { status, body, text } = await asked(() =>
    agent.post(`/v1/users/${encodeURIComponent(userId)}/tokens`, {}),
  );
  if (status !== 201) throw new Error(`no user token: ${status} ${text}`);
  return agent.as(body.accessToken);
}

/** The answer of a server that has time for it: where a busy machine's database is late, it says to come again. */
function asked(ask: () => Promise<Answer>): Promise<Answer> {
  return until('an answer', async () => {
    const answer = await ask();
    return !(answer.status === 503 && answer.body?.retryable === true) && answer;
  });
}

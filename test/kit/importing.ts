import { ACME_TOKEN, acmeDocument, startAcmeNotes, type AcmeNotes } from './acme-notes.js';
import type { Answer, Client } from './client.js';
import { startPostgres } from './postgres.js';
import { startServer } from './server.js';
import { callersOf } from './stack.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an answer of the API, judged by the specs
type Body = any;

/** Two processes on one database, one of them without a worker, that know Acme Notes, and what operators do there. */
export interface Importing {
  readonly acme: AcmeNotes;
  readonly operator: Client;
  readonly agent: Client;
  readonly agentId: string;
  /** The same agent at the other process. */
  readonly elsewhere: Client;
  importing(operations: readonly unknown[], document?: string): object;
  preview(operations: readonly unknown[], document?: string): Promise<Body>;
  /** Imports what a preview shows. */
  bring(operations: readonly unknown[], document?: string): Promise<Answer>;
  connect(userId: string, scopes: string[]): Promise<Answer>;
  run(client: Client, action: string, input?: object, userId?: string): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts them; nothing is imported yet. */
export async function startImporting(): Promise<Importing> {
  const [postgres, acme] = await Promise.all([startPostgres(), startAcmeNotes()]);
  const env = {
    ...acme.env,
    DATABASE_URL: await postgres.createDatabase(),
    VALETKEY_ENCRYPTION_KEYS: `e2e:${Buffer.alloc(32, 7).toString('base64')}`,
  };
  const api = await startServer({ env: { ...env, VALETKEY_ROLE: 'api' } });
  const other = await startServer({ env });
  const { operator, agent } = await callersOf(api);
  const importing = (operations: readonly unknown[], document = acmeDocument()) => ({
    ...{ provider: 'acme-notes', document, operations },
  });
  const preview = async (operations: readonly unknown[], document?: string): Promise<Body> =>
    (await operator.post('/v1/operator/provider-previews', importing(operations, document))).body;
  return {
    ...{ acme, operator, importing, preview, agent: agent.client, agentId: agent.id },
    elsewhere: other.anonymous.as(agent.key),
    bring: async (operations, document) => {
      const { digest } = await preview(operations, document);
      return operator.post('/v1/operator/providers', { ...importing(operations, document), digest });
    },
    connect: (userId, scopes) =>
      operator.post('/v1/connections', {
        ...{
          userId,
          target: 'acme-notes',
          account: { id: `account-of-${userId}` },
          accessToken: ACME_TOKEN,
          scopes,
        },
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    run: (client, action, input = {}, userId = 'ada') =>
      client.post(`/v1/actions/${action}`, { userId, input }),
    close: async () => {
      for (const server of [api, other]) await server.destroy();
      await postgres.stop();
      await acme.close();
    },
  };
}

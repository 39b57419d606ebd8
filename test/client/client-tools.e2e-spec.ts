/** @valetkey/client with what it is used together with: models' tools, providers' libraries, receivers of webhooks. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calendar } from '@googleapis/calendar';
import { drive } from '@googleapis/drive';
import { Octokit } from '@octokit/rest';
import {
  ApprovalError,
  PROVIDER_HOSTS,
  Valetkey,
  verifyWebhook,
  type ToolFormat,
  type WebhookEvent,
} from '@valetkey/client';
import { providers } from '@valetkey/providers';
import { Dropbox } from 'dropbox';
import { startStack, until, type Stack } from '../kit/index.js';

const GOOGLE = ['calendar.events', 'drive'].map((name) => `https://www.googleapis.com/auth/${name}`);
const DROPBOX = 'files.metadata.read files.content.read files.content.write';
const REPO = { owner: 'ada-lovelace', repo: 'engine' };
const CALENDAR = { calendarId: 'primary' };

let stack: Stack;
let valetkey: Valetkey;
beforeAll(async () => {
  stack = await startStack();
  valetkey = new Valetkey({ url: stack.server.url, key: stack.agent.key });
  await stack.connected('ada', { target: 'google', scope: GOOGLE.join(' ') });
  await stack.connected('ada', { target: 'github', scope: 'repo' });
  await stack.connected('ada', { target: 'dropbox', scope: DROPBOX });
});
afterAll(() => stack.close());

describe('tools', () => {
  it.each<[ToolFormat, string]>([
    ['openai', 'function.parameters'],
    ['openai-responses', 'parameters'],
    ['anthropic', 'input_schema'],
    ['gemini', 'parameters'],
    ['mcp', 'inputSchema'],
  ])('for %s hold the schema where that API looks for it', async (format, path) => {
    const tools = await valetkey.for('ada').tools({ format, provider: 'github', limit: 3 });
    expect(tools).toHaveLength(3);
    expect(tools[0]).toHaveProperty(path, expect.objectContaining({ type: 'object' }));
  });

  it('run under their names, and say whether a user can use them', async () => {
    const ada = valetkey.for('ada');
    const [tool] = await ada.tools({
      format: 'anthropic',
      q: 'list issues',
      readiness: 'callable',
      limit: 1,
    });
    const run = await ada.act(tool?.name ?? '', REPO);
    expect(run).toMatchObject({ done: true, output: { issues: expect.any(Array) } });
    const [action] = await valetkey.for('nobody').actions({ q: 'list issues', limit: 1 });
    expect(action).toMatchObject({ readiness: 'needs_authorization' });
  });
});

describe('the providers’ own libraries', () => {
  it('know their hosts as the server does', () => {
    const hosts = providers.map(({ id, apiBaseUrl, uploadBaseUrl, contentBaseUrl }) => [
      id,
      [
        ...new Set(
          [apiBaseUrl, uploadBaseUrl, contentBaseUrl].flatMap((url) => (url ? [new URL(url).host] : [])),
        ),
      ],
    ]);
    expect(Object.keys(PROVIDER_HOSTS).sort()).toEqual(providers.map(({ id }) => id).sort());
    for (const [id, some] of hosts)
      expect(PROVIDER_HOSTS[id as keyof typeof PROVIDER_HOSTS]).toEqual(
        expect.arrayContaining(some as string[]),
      );
  });

  it('work over one line each', async () => {
    const ada = valetkey.for('ada');
    const octokit = new Octokit({ request: { fetch: ada.fetch('github') } });
    for (const title of ['One', 'Two']) await octokit.issues.create({ ...REPO, title });
    const issues = await octokit.paginate(octokit.issues.listForRepo, { ...REPO, per_page: 1 });
    expect(issues.map(({ title }) => title)).toEqual(expect.arrayContaining(['One', 'Two']));

    const files = drive({ version: 'v3', fetchImplementation: ada.fetch('google-drive') as never });
    const { data } = await files.files.create({
      requestBody: { name: 'one-line.txt' },
      media: { mimeType: 'text/plain', body: 'one line' },
    });
    const { data: text } = await files.files.get(
      { fileId: data.id!, alt: 'media' },
      { responseType: 'text' },
    );
    expect(text).toBe('one line');
    const events = calendar({ version: 'v3', fetchImplementation: ada.fetch('google-calendar') as never });
    expect((await events.events.list(CALENDAR)).status).toBe(200);

    const dropbox = new Dropbox({ fetch: ada.fetch('dropbox') });
    await dropbox.filesUpload({ path: '/one-line.txt', contents: 'one line' });
    const { result } = await dropbox.filesDownload({ path: '/one-line.txt' });
    expect((result as unknown as { fileBinary: Buffer }).fileBinary.toString()).toBe('one line');
  });

  it('fail, and do not succeed, as long as a person has to agree', async () => {
    const octokit = new Octokit({ request: { fetch: valetkey.for('ada').fetch('github') } });
    const failed = await octokit.rest.repos.delete({ ...REPO }).catch((error: unknown) => error);
    const { cause } = failed as { cause?: unknown };
    expect(cause).toBeInstanceOf(ApprovalError);
    const { task } = cause as ApprovalError;
    expect(await valetkey.tasks.get(task.id)).toMatchObject({ status: 'waiting_for_approval' });
  });

  it('are told what we say, with the link', async () => {
    const request = { fetch: valetkey.for('mallory é%').fetch('github') };
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const octokit = new Octokit({ request, log });
    await expect(octokit.users.getAuthenticated()).rejects.toThrow(`${stack.server.url}/connect/`);
  });
});

it('reads messages of a real endpoint, by the secret and by the public key', async () => {
  const { body: endpoint } = await stack.operator.post('/v1/webhooks', { url: 'http://localhost:9/' });
  const taken: WebhookEvent[] = [];
  const receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const message = { headers: request.headers, body };
    const read = await Promise.all(
      [endpoint.secret, endpoint.secrets[0].publicKey].map((key) => verifyWebhook(message, { key })),
    ).catch(() => []);
    taken.push(...read);
    response.writeHead(read.length === 2 ? 204 : 401).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://localhost:${(receiver.address() as AddressInfo).port}/`;
  await stack.operator.patch(`/v1/webhooks/${endpoint.id}`, { url });
  const task = await valetkey.for('ada').tasks.create('github.issues.list', REPO);
  await task.result();
  await until('the message', async () =>
    taken.some(({ type, data }) => type === 'task.succeeded' && data.taskId === task.id),
  );
  receiver.closeAllConnections();
  receiver.close();
});

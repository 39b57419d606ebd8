import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Action } from '../core/action.js';
import type { Provider } from '../core/provider.js';
import { importingProvider, importOperations } from '../openapi/import-operations.js';
import { findAction, findProvider, findShippedProvider, useImportedApis } from '../registry.js';
import { judgeRequest, routeRequest } from '../requests/judge-request.js';
import { readOwnActionSets } from './action-set-files.js';
import { useOwnActionSets } from './action-sets.js';

const SLACK = findShippedProvider('slack') as Provider;

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'sets-'))));
afterEach(() => {
  rmSync(directory, { recursive: true });
  useImportedApis([]);
  useOwnActionSets([]);
});

const operation = (operationId: string) => ({ operationId, summary: 'Does something' });
const DOCUMENT = JSON.stringify({
  openapi: '3.1.0',
  info: { title: 'Slack', version: '1' },
  servers: [{ url: 'https://slack.com/api' }],
  paths: {
    '/chat.postMessage': { post: operation('chat_postMessage') },
    '/bookmarks.list': { post: operation('messages.list') },
    '/bookmarks.add': { post: operation('bookmarks.add') },
  },
});

describe('an import for a provider that has actions of ours', () => {
  it('is refused what one of them does, and its name, and takes the rest beside them', async () => {
    const selection = ['chat_postMessage', 'messages.list', 'bookmarks.add'].map((one) => ({
      operation: one,
    }));
    const { operations, refused } = await importOperations(DOCUMENT, selection, importingProvider(SLACK));
    expect(refused).toEqual([
      { operation: 'chat_postMessage', reason: 'slack.messages.post does the same; use that' },
      {
        operation: 'messages.list',
        reason: 'its name "messages.list" is that of slack.messages.list; give it another name',
      },
    ]);
    useImportedApis([{ provider: 'slack', operations, scopes: {} }]);
    expect(findAction('slack.bookmarks.add')).toBeDefined();
    expect(findAction('slack.messages.post')).toBe(
      SLACK.actions.find(({ name }) => name === 'messages.post'),
    );
  });

  it('from before they came keeps its own, and ours have their names', () => {
    const [post, list] = ['messages.post', 'chat.post'].map((name) => ({
      ...{ name, title: 'Post', summary: 'Posts.', effect: 'read', scopes: [], places: {} },
      ...{ method: 'POST', path: '/chat.postMessage', input: { type: 'object', properties: {} } },
    })) as never[];
    useImportedApis([{ provider: 'slack', operations: [post, list] as never, scopes: {} }]);
    expect(findAction('slack.messages.post')?.effect).toBe('write');
    expect(findAction('slack.chat.post')).toBeDefined();
  });
});

describe('the proxy beside actions of a file', () => {
  const judged = (id: string, method: string, path: string) => {
    const provider = findProvider(id) as Provider;
    const { apiBaseUrl } = provider;
    const routed = routeRequest(provider, { apiBaseUrl }, method, new URL(apiBaseUrl + path));
    return judgeRequest(routed, { headers: {} });
  };

  it('knows the request of each, with all actions that send it', () => {
    expect(judged('slack', 'POST', '/chat.postMessage')).toMatchObject({
      effect: 'write',
      actions: ['slack.messages.post', 'slack.messages.reply'],
    });
    expect(judged('slack', 'POST', '/chat.delete')).toMatchObject({
      effect: 'destructive',
      actions: ['slack.messages.delete'],
    });
    expect(judged('slack', 'GET', '/users.lookupByEmail')).toMatchObject({ effect: 'read' });
    expect(judged('slack', 'GET', '/chat.postMessage')).toMatchObject({ effect: 'destructive' });
  });
});

describe('the operator’s own file of actions', () => {
  const slack = readFileSync(new URL('../../catalogue/actions/slack.yaml', import.meta.url), 'utf8');
  const put = (name: string, text: string) => writeFileSync(join(directory, name), text);

  it('gives actions to an entry that has none of ours', () => {
    expect(findAction('slack-bot.messages.post')).toBeUndefined();
    put('slack-bot.yaml', botFile(slack));
    useOwnActionSets(readOwnActionSets(directory, []));
    const action = findAction('slack-bot.messages.post') as Action;
    expect([action.effect, action.groups]).toEqual(['write', ['slack-bot.sends']]);
    expect(action.recipients?.({ channel: 'C1', text: 'x' })).toEqual(['C1']);
  });

  it.each([
    ['replaces none of ours', 'slack.yaml', slack, /slack has actions of ours, which are not replaced/],
    [
      'is named after its provider',
      'asana.yaml',
      botFile(slack),
      /slack-bot is no entry|must be that of the file/,
    ],
    [
      'is of a provider that is known',
      'acme.yaml',
      slack.replace('provider: slack', 'provider: acme'),
      /acme is no entry/,
    ],
  ])('%s', (_what, name, text, words) => {
    put(name, text);
    expect(() => readOwnActionSets(directory, [])).toThrow(words);
  });
});

/** The same for the bot, whose entry describes other scopes. */
function botFile(text: string): string {
  return text
    .replace('provider: slack', 'provider: slack-bot')
    .replaceAll('search:read', 'channels:read')
    .replaceAll('users:read.email', 'users:read');
}

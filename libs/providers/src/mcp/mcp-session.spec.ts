import { afterEach, describe, expect, it } from '@jest/globals';
import { failureOf as failure } from '../testing/index.js';
import { json, startScriptedServer, TOOL, type Script } from './testing/scripted-server.js';

const LEGACY = '2025-11-25';
let running: Awaited<ReturnType<typeof startScriptedServer>> | undefined;
afterEach(() => running?.close());

async function start(script?: Script, tools?: unknown[]) {
  running = await startScriptedServer(script, tools);
  return running;
}

const onCall =
  (answer: Script): Script =>
  (message, response, request) =>
    message.method === 'tools/call' ? answer(message, response, request) : undefined;
const call = (given: Record<string, unknown> = {}, timeoutMs?: number) =>
  running!.session(timeoutMs, LEGACY).call('notes_list', given);

describe('a session with an MCP server', () => {
  it('finds out what the server speaks, and lists its tools', async () => {
    const { session, seen } = await start();
    const { tools, revision } = await session().list();
    expect([tools, revision]).toEqual([[expect.objectContaining(TOOL)], LEGACY]);
    expect(seen.every(({ headers }) => headers.authorization === 'Bearer the-token-of-the-user')).toBe(true);
  });

  it('calls a tool, with the session that the server gave', async () => {
    const { methods, seen } = await start();
    expect(await call({ tag: 'x' })).toMatchObject({
      content: [{ type: 'text', text: JSON.stringify({ name: 'notes_list', arguments: { tag: 'x' } }) }],
    });
    expect(methods()).toEqual(['initialize', 'notifications/initialized', 'tools/call']);
    expect(seen.at(-1)?.headers['mcp-session-id']).toBe('session-1');
  });

  it('takes the answer of a stream that stays open', async () => {
    await start(
      onCall(({ id }, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const result = { content: [{ type: 'text', text: 'done' }] };
        response.write(
          `: hello\n\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\n\n`,
        );
        response.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`);
        return 'answered';
      }),
    );
    expect(await call({}, 1_000)).toMatchObject({ content: [{ text: 'done' }] });
  });
});

describe('a hostile MCP server', () => {
  it('that redirects is not followed', async () => {
    await start(
      onCall((_, response) => {
        response.writeHead(307, { location: 'http://169.254.169.254/latest' }).end();
        return 'answered';
      }),
    );
    expect(await failure(call())).toMatchObject({ code: 'unexpected_response', status: 307 });
  });

  it('whose result is too large is not read to its end', async () => {
    await start(
      onCall((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const chunk = 'x'.repeat(1024 * 1024);
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
          response.once('drain', more);
        };
        more();
        return 'answered';
      }),
    );
    expect(await failure(call({}, 60_000))).toMatchObject({
      reason: 'unreadable_body',
      mayHaveHappened: true,
    });
  });

  it('that never ends its stream, or drips, is given up in time', async () => {
    await start(
      onCall((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const dripping = setInterval(() => response.write(': wait\n\n'), 20);
        response.once('close', () => clearInterval(dripping));
        return 'answered';
      }),
    );
    expect(await failure(call({}, 400))).toMatchObject({ code: 'unavailable', reason: 'timeout' });
  });

  it.each(['sampling/createMessage', 'elicitation/create', 'roots/list'])(
    'that asks for %s is refused',
    async (method) => {
      await start(
        onCall((_, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', id: 9, method, params: {} })}\n\n`);
          return 'answered';
        }),
      );
      const reason = `asks_for_${method.split('/')[0]}`;
      expect(await failure(call({}, 1_000))).toMatchObject({ code: 'invalid_request', reason });
    },
  );

  const URL_PAGE = { mode: 'url', message: 'Pay', url: 'https://pay.example/x', elicitationId: 'e1' };
  it.each([
    ['one page', [URL_PAGE], { reason: 'asks_for_page', fixUrl: 'https://pay.example/x' }],
    ['a page and a form', [URL_PAGE, { mode: 'form' }], { reason: 'asks_for_input', fixUrl: undefined }],
    [
      'a page that is none',
      [{ ...URL_PAGE, url: 'javascript:alert(1)' }],
      { reason: 'asks_for_input', fixUrl: undefined },
    ],
  ])('that wants %s opened first did nothing yet', async (_, elicitations, expected) => {
    const wanted = { code: -32042, message: 'Open a page', data: { elicitations } };
    await start(onCall(({ id }, response) => json(response, { jsonrpc: '2.0', id, error: wanted })));
    expect(await failure(call())).toMatchObject({ ...expected, mayHaveHappened: false });
    await running?.close();
    const inputRequests = Object.fromEntries(
      elicitations.map((params, at) => [`i${at}`, { method: 'elicitation/create', params }]),
    );
    const result = { resultType: 'input_required', inputRequests };
    await start(onCall(({ id }, response) => json(response, { jsonrpc: '2.0', id, result })));
    expect(await failure(call())).toMatchObject({ ...expected, mayHaveHappened: false });
  });

  it('that wants what its client cannot do is refused, and did nothing', async () => {
    const wanted = {
      code: -32021,
      message: 'no',
      data: { requiredCapabilities: { elicitation: { form: {} } } },
    };
    await start(
      onCall(({ id }, response) => {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id, error: wanted }));
        return 'answered';
      }),
    );
    expect(await failure(call())).toMatchObject({ reason: 'asks_for_input', mayHaveHappened: false });
  });

  it('whose schema is a thousand levels deep is refused', async () => {
    let inputSchema: object = { type: 'string' };
    for (let level = 0; level < 1_000; level++)
      inputSchema = { type: 'object', properties: { a: inputSchema } };
    const { session } = await start(undefined, [{ ...TOOL, inputSchema }]);
    expect(await failure(session().list())).toMatchObject({ reason: 'too_deep' });
  });

  it('that asks for a page in the middle of a call has begun it', async () => {
    await start(
      onCall((_, response) => {
        const asked = { jsonrpc: '2.0', id: 9, method: 'elicitation/create', params: URL_PAGE };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(`data: ${JSON.stringify(asked)}\n\n`);
        return 'answered';
      }),
    );
    expect(await failure(call({}, 1_000))).toMatchObject({
      ...{ reason: 'asks_for_page', fixUrl: 'https://pay.example/x', mayHaveHappened: true },
    });
  });

  it.each([
    ['no JSON', 'application/json', '{"jsonrpc": "2.0", "id": 1, "resu'],
    ['a page', 'text/html', '<html>Sign in</html>'],
    ['nothing', 'application/json', ''],
  ])('that answers with %s is not believed', async (_, type, body) => {
    await start(
      onCall((__, response) => {
        response.writeHead(200, { 'content-type': type }).end(body);
        return 'answered';
      }),
    );
    expect(await failure(call())).toMatchObject({
      ...{ code: 'unexpected_response', reason: 'no_answer', mayHaveHappened: true },
    });
  });

  it.each(['text/event-stream', 'application/json'])(
    'that answers another message than ours is not believed (%s)',
    async (type) => {
      await start(
        onCall((_, response) => {
          const body = JSON.stringify({ jsonrpc: '2.0', id: 4711, result: { content: [] } });
          response.writeHead(200, { 'content-type': type });
          response.end(type === 'application/json' ? body : `data: ${body}\n\n`);
          return 'answered';
        }),
      );
      expect(await failure(call())).toMatchObject({ reason: 'no_answer', mayHaveHappened: true });
    },
  );

  it('that nests without end is refused before it is parsed', async () => {
    await start(
      onCall(({ id }, response) => {
        const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          `{"jsonrpc":"2.0","id":${id},"result":{"content":[],"structuredContent":{"a":${deep}}}}`,
        );
        return 'answered';
      }),
    );
    expect(await failure(call())).toMatchObject({ code: 'unexpected_response', reason: 'too_deep' });
  });

  it('that pages without end is given up', async () => {
    let page = 0;
    const { session, seen } = await start(({ id, method }, response) =>
      method === 'tools/list'
        ? json(response, { jsonrpc: '2.0', id, result: { tools: [TOOL], nextCursor: `p${(page += 1)}` } })
        : undefined,
    );
    expect(await failure(session().list())).toMatchObject({ code: 'unexpected_response' });
    expect(seen.length).toBeLessThan(40);
  });

  it('that speaks no revision that we know is refused, and nothing was done', async () => {
    await start(({ id, method }, response) =>
      method === 'initialize'
        ? json(response, {
            ...{ jsonrpc: '2.0', id },
            result: {
              protocolVersion: '1999-01-01',
              capabilities: {},
              serverInfo: { name: 'x', version: '1' },
            },
          })
        : undefined,
    );
    expect(await failure(call())).toMatchObject({ reason: 'protocol_version', mayHaveHappened: false });
  });

  it('that refuses the token, or wants another scope, says so', async () => {
    await start(
      onCall((_, response) => {
        response
          .writeHead(403, { 'www-authenticate': 'Bearer error="insufficient_scope", scope="notes.write"' })
          .end();
        return 'answered';
      }),
    );
    expect(await failure(call())).toMatchObject({
      code: 'insufficient_scope',
      missingScopes: ['notes.write'],
    });
    await running?.close();
    await start((_, response) => {
      response.writeHead(401).end();
      return 'answered';
    });
    expect(await failure(call())).toMatchObject({ code: 'reauthorization_required', mayHaveHappened: false });
  });

  it('that sends the token back does not get it out', async () => {
    await start(
      onCall(({ id }, response, { headers }) =>
        json(response, {
          jsonrpc: '2.0',
          id,
          result: { content: [{ type: 'text', text: headers.authorization }] },
        }),
      ),
    );
    expect(JSON.stringify(await call())).not.toContain('the-token-of-the-user');
  });

  it('whose session id is no header is refused', async () => {
    await start(({ id, method }, response) =>
      method === 'initialize'
        ? json(
            response,
            {
              ...{ jsonrpc: '2.0', id },
              result: { protocolVersion: LEGACY, capabilities: {}, serverInfo: { name: 'x', version: '1' } },
            },
            { 'mcp-session-id': 'a\u00e9b' },
          )
        : undefined,
    );
    expect(await failure(call())).toMatchObject({ mayHaveHappened: false });
  });
});

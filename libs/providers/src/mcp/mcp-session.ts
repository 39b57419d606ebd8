import type { CallToolResult, Client, Tool } from '@modelcontextprotocol/client';
import { jsonExcess } from '../core/json-bounds.js';
import { ProviderError } from '../core/provider-error.js';
import type { ActionHeaders, BytesAnswer, ProviderHttp } from '../core/provider-http.js';
import { AnswerEvents, parsed } from './answer-events.js';
import { askedInput, pageOf } from './asked-input.js';

/** The revision that is spoken where a server has it; any other speaks one of those before. */
export const MODERN = '2026-07-28';

const MOST_REQUESTS = 30;
const MOST_BYTES = 8 * 1024 * 1024;
const BOUNDS = { depth: 64, members: 100_000 };
const TIMEOUT_MS = 30_000;
/** Answers to the first message by which a client finds out what a server speaks. */
const NEGOTIATED = [400, 404, 405, 406, 422];
const FIRST = ['initialize', 'server/discover'];

/** Failures by JSON-RPC's code. */
const REFUSALS: Readonly<Record<number, ConstructorParameters<typeof ProviderError>[0]['code']>> = {
  [-32601]: 'not_found',
  [-32602]: 'invalid_request',
};

/** The server of a session, and the requests that it may make. */
export interface McpSessionOptions {
  readonly provider: string;
  readonly url: string;
  readonly http: ProviderHttp;
  /** The revision that is known of the server; it is asked otherwise. */
  readonly revision?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One conversation with an MCP server, over the requests that an action may make. */
export class McpSession {
  private requests = 0;
  private bytes = 0;
  private sentCall = false;
  private failure: ProviderError | undefined;

  constructor(private readonly options: McpSessionOptions) {}

  /** All tools, and the revision that the server speaks. @throws ProviderError */
  list(): Promise<{ readonly tools: readonly Tool[]; readonly revision: string }> {
    return this.during(async (client) => {
      const { tools } = await client.listTools(undefined, this.limits());
      return { tools, revision: client.getNegotiatedProtocolVersion() ?? '' };
    });
  }

  /** Runs a tool once. @throws ProviderError */
  call(name: string, given: Record<string, unknown>): Promise<CallToolResult> {
    return this.during((client) => client.callTool({ name, arguments: given }, this.limits()));
  }

  private limits() {
    const { signal } = this.options;
    return { timeout: TIMEOUT_MS, maxTotalTimeout: TIMEOUT_MS, ...(signal ? { signal } : {}) };
  }

  private async during<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    // Loaded where a server is spoken to: most installations have none.
    const mcp = await import('@modelcontextprotocol/client');
    const { url, revision } = this.options;
    const client = new mcp.Client(
      { name: 'valetkey', version: '1' },
      {
        versionNegotiation: {
          mode: revision === undefined ? 'auto' : revision === MODERN ? { pin: MODERN } : 'legacy',
        },
        // Servers may then say which page the user has to open.
        capabilities: { elicitation: { url: {} } },
        inputRequired: { autoFulfill: false },
        // A server's schemas are foreign programs; its answers are not judged by them.
        jsonSchemaValidator: {
          getValidator: () => (input: unknown) => ({
            valid: true,
            data: input as never,
            errorMessage: undefined,
          }),
        },
      },
    );
    const transport = new mcp.StreamableHTTPClientTransport(new URL(url), {
      fetch: (_, init) => this.send(init ?? {}),
      onInsufficientScope: 'throw',
      reconnectionOptions: {
        ...{ maxRetries: 0, initialReconnectionDelay: 1, maxReconnectionDelay: 1 },
        reconnectionDelayGrowFactor: 1,
      },
    });
    try {
      await client.connect(transport, this.limits());
      return await work(client);
    } catch (error) {
      throw this.explained(error);
    } finally {
      await client.close().catch(() => undefined);
    }
  }

  /** The transport's `fetch`: a request of the action, and nothing but POST. */
  private async send(init: RequestInit): Promise<Response> {
    if (init.method !== 'POST') return new Response(null, { status: 405 });
    const message = JSON.parse(String(init.body)) as { id?: unknown; method?: string };
    const events = new AnswerEvents(message.id, BOUNDS);
    try {
      if (++this.requests > MOST_REQUESTS) throw this.error('unexpected_response', 'too_many_pages');
      this.sentCall ||= message.method === 'tools/call';
      const isFirst = FIRST.includes(message.method ?? '');
      const answer = await this.options.http.bytes('POST', '', {
        headers: headersOf(init),
        body: Buffer.from(String(init.body)),
        maxBytes: Math.max(MOST_BYTES - this.bytes, 1),
        until: (chunk) => events.take(chunk),
        understands: ({ status, bytes }) =>
          (isFirst && NEGOTIATED.includes(status)) || (status === 400 && this.isAsking(bytes)),
      });
      this.bytes += answer.bytes.length;
      return this.response(message, answer, events);
    } catch (error) {
      if (error instanceof ProviderError) this.failure ??= error;
      throw error;
    }
  }

  private isAsking(bytes: Buffer): boolean {
    return !jsonExcess(bytes, BOUNDS) && askedInput(parsed(bytes.toString())) !== undefined;
  }

  private response(
    message: { readonly id?: unknown },
    { status, headers, bytes }: BytesAnswer,
    { end }: AnswerEvents,
  ): Response {
    if (end && 'asked' in end) throw this.asked(end.asked);
    if (end ? 'excess' in end : jsonExcess(bytes, BOUNDS))
      throw this.error('unexpected_response', 'too_deep');
    const answer = end && 'answer' in end ? end.answer : parsed(bytes.toString());
    // An answer with another id is none: the client would wait for its own.
    if (message.id !== undefined && status === 200 && !isAnswerTo(message.id, answer))
      throw this.error('unexpected_response', 'no_answer');
    const wanted = askedInput(answer);
    if (wanted) throw this.wants(wanted);
    const shown = ['content-type', 'mcp-session-id'].flatMap((name) => {
      const value = headers[name as 'content-type'];
      return value === undefined ? [] : [[name, value] as const];
    });
    return new Response(bytes.length > 0 ? new Uint8Array(bytes) : null, {
      status,
      headers: Object.fromEntries(shown),
    });
  }

  /** The provider's failure, however it was told; before the tool was called nothing has happened. */
  private explained(error: unknown): ProviderError {
    const failure = this.failure ?? this.ofSdk(error);
    if (this.sentCall || !failure.mayHaveHappened) return failure;
    const { provider, code, reason, status, retryAfterMs, missingScopes, retryable } = failure;
    return new ProviderError({ provider, code, reason, status, retryAfterMs, missingScopes, retryable });
  }

  private ofSdk(error: unknown): ProviderError {
    const { code, message = '' } = error as { code?: unknown; message?: string };
    if (typeof code === 'number' && REFUSALS[code]) return this.error(REFUSALS[code], 'mcp_error');
    if (/version|era|negotiat/i.test(`${String(code)} ${message}`))
      return this.error('unexpected_response', 'protocol_version');
    return this.error(
      /timeout/i.test(`${String(code)}`) ? 'unavailable' : 'unexpected_response',
      'mcp_error',
    );
  }

  /** A server that asks in the middle of a call has begun it; one that answers so has not. */
  private asked({ method, params }: { readonly method: string; readonly params?: unknown }): ProviderError {
    const page = method === 'elicitation/create' ? pageOf([params]) : undefined;
    if (page?.url !== undefined) return this.wants(page, this.sentCall);
    const reason = `asks_for_${method.split('/')[0] ?? ''}`;
    const { provider } = this.options;
    return new ProviderError({ provider, code: 'invalid_request', reason, mayHaveHappened: this.sentCall });
  }

  private wants({ url: fixUrl }: { readonly url?: string }, mayHaveHappened = false): ProviderError {
    const reason = fixUrl === undefined ? 'asks_for_input' : 'asks_for_page';
    const { provider } = this.options;
    return new ProviderError({ provider, code: 'invalid_request', reason, fixUrl, mayHaveHappened });
  }

  private error(code: ConstructorParameters<typeof ProviderError>[0]['code'], reason: string): ProviderError {
    const mayHaveHappened = this.sentCall && code !== 'invalid_request' && code !== 'not_found';
    return new ProviderError({ provider: this.options.provider, code, reason, mayHaveHappened });
  }
}

function isAnswerTo(id: unknown, answer: unknown): boolean {
  return (answer as { id?: unknown } | undefined)?.id === id;
}

/** Those that the protocol has; a value that no header may have is refused where it is sent. */
function headersOf(init: RequestInit): ActionHeaders {
  const wanted = /^(?:accept|content-type|mcp-(?:protocol-version|session-id|method|name))$/;
  return Object.fromEntries(
    [...new Headers(init.headers)].filter(([name]) => wanted.test(name)),
  ) as ActionHeaders;
}

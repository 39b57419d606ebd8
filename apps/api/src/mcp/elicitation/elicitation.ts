import { Injectable } from '@nestjs/common';
import {
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
  type CallToolResult,
  type InputRequiredResult,
} from '@modelcontextprotocol/server';
import { Problem } from '../../platform/index.js';
import type { McpAsker } from '../mcp-asker.js';
import { GET_TASK } from '../own-tools.js';
import { ToolCalls, type ToolCall } from '../tool-calls.js';
import { ConsentWaits } from './consent-waits.js';
import { RequestStates, type Waiting } from './request-states.js';

/** How long one answer is held for a person: clients give up after a minute. */
const HELD_S = 40;

/** A call as a client of 2026-07-28 repeats it, with what it has learned from the user in between. */
export interface Round {
  /** The client opens pages for its user (`elicitation.url`). */
  readonly opensPages: boolean;
  readonly state: string | undefined;
  /** The user did not want to open the page. */
  readonly declined: boolean;
}

/**
 * Lets a call wait for its user: the client opens the page of a consent or an approval, and the same call goes on after
 * it. Clients that open no pages get the link in the result.
 */
@Injectable()
export class Elicitation {
  constructor(
    private readonly calls: ToolCalls,
    private readonly states: RequestStates,
    private readonly consents: ConsentWaits,
  ) {}

  /** @throws ProtocolError for a tool that does not exist, and for a state that is not of this call */
  async call(
    asker: McpAsker,
    call: ToolCall,
    { opensPages, state, declined }: Round,
  ): Promise<CallToolResult | InputRequiredResult> {
    if (state === undefined) {
      const result = await this.calls.call(asker, call);
      return opensPages ? this.asking(asker, call, result) : result;
    }
    const waiting = await this.opened(asker, call, state);
    if (waiting.waitsFor === 'approval') return this.decided(asker, call, waiting, declined);
    if (!declined && (await this.consents.isPendingAfter(waiting.of, asker, HELD_S * 1_000)))
      return inputRequired({ requestState: await this.states.seal(asker, call, waiting) });
    const result = await this.calls.call(asker, call);
    // Asked for a consent once more, a user who refused it at the provider would be sent there again and again.
    return opensPages && isWaiting(result) ? this.asking(asker, call, result) : result;
  }

  private async opened(asker: McpAsker, call: ToolCall, state: string): Promise<Waiting> {
    try {
      return await this.states.open(state, asker, call);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { detail, code } = await asker.problemOf(error);
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, detail, { reason: code });
    }
  }

  /** The task runs by itself once it is approved, so the call is not made again: its result is read. */
  private async decided(
    asker: McpAsker,
    call: ToolCall,
    waiting: Waiting,
    declined: boolean,
  ): Promise<CallToolResult | InputRequiredResult> {
    const input = { taskId: waiting.of, waitSeconds: declined ? 0 : HELD_S };
    const result = await this.calls.call(asker, { name: GET_TASK.name, input });
    if (declined || !isWaiting(result)) return result;
    return inputRequired({ requestState: await this.states.seal(asker, call, waiting) });
  }

  /** The result, or the page that helps, where there is one that this user can answer. */
  private async asking(
    asker: McpAsker,
    call: ToolCall,
    result: CallToolResult,
  ): Promise<CallToolResult | InputRequiredResult> {
    const { authorizationUri, authorizationId, taskId } = factsOf(result);
    if (typeof authorizationUri === 'string' && typeof authorizationId === 'string')
      return this.open(
        asker,
        call,
        { waitsFor: 'consent', of: authorizationId },
        pageOf(result, authorizationUri),
      );
    // A user does not decide on what was asked for with their own token.
    if (!isWaiting(result) || asker.principal.type === 'user') return result;
    const { approvalUri } = factsOf(result);
    return this.open(
      asker,
      call,
      { waitsFor: 'approval', of: String(taskId) },
      pageOf(result, String(approvalUri)),
    );
  }

  private async open(
    asker: McpAsker,
    call: ToolCall,
    waiting: Waiting,
    page: Page,
  ): Promise<InputRequiredResult> {
    return inputRequired({
      inputRequests: { [waiting.waitsFor]: inputRequired.elicitUrl(page) },
      requestState: await this.states.seal(asker, call, waiting),
    });
  }
}

/** A page for the user, and why to open it. */
interface Page {
  readonly message: string;
  readonly url: string;
}

function pageOf({ content: [first] }: CallToolResult, url: string): Page {
  return { message: first?.type === 'text' ? (first.text.split('\n', 1)[0] ?? '') : '', url };
}

const factsOf = ({ structuredContent }: CallToolResult) =>
  (structuredContent ?? {}) as Readonly<Record<string, unknown>>;

/** Waits for a person's decision. */
const isWaiting = (result: CallToolResult) =>
  factsOf(result)['code'] === 'approval_required' && typeof factsOf(result)['approvalUri'] === 'string';

import type { Caller, ProblemAnswer, RequestTrace, SessionScope } from '../platform/index.js';
import type { Principal } from '../policies/index.js';

/** One MCP request: its caller, and the user whose accounts it is about. */
export interface McpAsker {
  readonly caller: Caller;
  readonly principal: Principal;
  readonly userId: string;
  /** The session that it acts in, which leaves it a part of its rights. */
  readonly session: SessionScope | undefined;
  /** Whether all tools are to be listed, however many there are. */
  readonly listsAll: boolean;
  readonly trace: RequestTrace;
  /** Fires when the client has gone, has cancelled the request, or its credential has ended. */
  readonly signal: AbortSignal;
  /** The problem that an error is to this caller. A denial is recorded; our own mistakes are logged. */
  problemOf(error: unknown): Promise<ProblemAnswer>;
}

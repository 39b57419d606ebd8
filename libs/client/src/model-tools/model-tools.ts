import type { Readiness } from '../api-types.js';
import { AuthorizationError, ProblemError, ValetkeyError } from '../errors.js';
import type { ActionFilter, JsonSchema, ToolFormats } from '../tools.js';
import type { Run, UserClient } from '../user-client.js';
import type { Valetkey } from '../valetkey.js';

/** Which actions become tools, and how they are called. */
export interface ModelToolsOptions extends ActionFilter {
  /** The connection to act with, by the action's id, where several of the user's fit. */
  readonly connectionFor?: ((action: string) => string | undefined) | undefined;
  /**
   * A client that may decide on approvals: under a token of the user that another agent or your own issuer made, or an
   * operator's key. With it, tools that need a person by policy ask in your app, and a call that was approved there is
   * approved here by this client. Without it, such a call answers where a person decides, and runs once they agree.
   */
  readonly approver?: Valetkey | undefined;
}

/** Why a call brought no output, for the model and for your app. */
export interface ToolError {
  readonly code: string;
  /** A sentence that a model can pass on, with the link where there is one. */
  readonly message: string;
  /** Where the user consents. */
  readonly authorizationUri?: string;
  /** `valetkey.authorizations.get(id)` tells when they have. */
  readonly authorizationId?: string;
  readonly missingScopes?: readonly string[];
  /** Where a person decides. */
  readonly approvalUri?: string;
  /** The task that the call became. */
  readonly taskId?: string;
}

export type ToolAnswer =
  { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: ToolError };

export interface ToolCall {
  readonly signal?: AbortSignal | undefined;
  /** A person has approved this very call in the app. */
  readonly isApproved?: boolean;
}

/** An action as a tool of one user. */
export interface ModelTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  /** It is to be approved in the app before it is called. */
  readonly needsApproval: boolean;
  call(input: unknown, call?: ToolCall): Promise<ToolAnswer>;
}

interface ListedReadiness {
  readonly readiness: Readiness;
  readonly reason?: string;
}

const PENDING = 'approval_required';

/** The tools that a user's agent can have: those that the policy forbids are left out. @throws ProblemError */
export async function modelTools(user: UserClient, options: ModelToolsOptions = {}): Promise<ModelTool[]> {
  const { connectionFor, approver, ...filter } = options;
  const { data, readiness } = await user.toolList<'mcp'>(filter);
  return data.flatMap((tool) => {
    const { readiness: is, reason }: ListedReadiness = readiness[tool.name] ?? { readiness: 'callable' };
    const needsPerson = reason === 'approval_required';
    if (is === 'not_allowed' && !needsPerson) return [];
    return [asModelTool(user, tool, { connectionFor, approver }, needsPerson && approver !== undefined)];
  });
}

function asModelTool(
  user: UserClient,
  { name, title, description, inputSchema, _meta }: ToolFormats['mcp'],
  { connectionFor, approver }: ModelToolsOptions,
  needsApproval: boolean,
): ModelTool {
  const connectionId = () => connectionFor?.(_meta['valetkey/action']);
  return {
    name,
    title,
    description,
    inputSchema,
    needsApproval,
    call: async (input, { signal, isApproved = false } = {}) => {
      try {
        const options = { connectionId: connectionId(), signal };
        const run: Run<unknown> = await user.act(name, input as Record<string, unknown>, options);
        if (run.done) return { ok: true, output: run.output };
        if (!isApproved || !approver || !run.approval) return { ok: false, error: pending(run) };
        await approver.approvals.decide(run.approval.id, { decision: 'approve' }, { signal });
        return { ok: true, output: await run.task.result({ signal }) };
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof ValetkeyError) return { ok: false, error: toolError(error) };
        throw error;
      }
    },
  };
}

function pending({ task, approval }: Extract<Run<unknown>, { done: false }>): ToolError {
  const where = approval ? ` at ${approval.approvalUri}: ${approval.preview}` : '.';
  return {
    code: PENDING,
    message: `A person has to agree first${where} The call then runs by itself; do not repeat it.`,
    taskId: task.id,
    ...(approval ? { approvalUri: approval.approvalUri } : {}),
  };
}

function toolError(error: ValetkeyError): ToolError {
  const { code, message } = error;
  if (error instanceof AuthorizationError) {
    const { authorizationUri, authorizationId, missingScopes } = error;
    const advice = `The user has to consent at ${authorizationUri} first. Then make the same call again.`;
    return { code, message: `${message} ${advice}`, authorizationUri, authorizationId, missingScopes };
  }
  if (error instanceof ProblemError && error.missingScopes.length > 0)
    return { code, message, missingScopes: error.missingScopes };
  return { code, message };
}

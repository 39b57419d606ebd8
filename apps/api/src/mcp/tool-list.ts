import { Injectable } from '@nestjs/common';
import { Catalogue, type ActionFilter, type Readiness } from '../gateway/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import type { McpAsker } from './mcp-asker.js';
import { CALL_TOOL, CONNECT, definitionOf, GET_TASK, READ_RESULT, SEARCH_TOOLS } from './own-tools.js';
import { SessionLimits } from './session-limits.js';
import { isNamed } from './sessions/session.js';

/** A tool as `tools/list` shows it. */
export type ToolDefinition = Readonly<Record<string, unknown>>;

/** A tool of the catalogue, and how a call of it would be answered now. */
export interface JudgedTool {
  readonly tool: ToolDefinition;
  readonly state: 'callable' | 'needs_consent' | 'needs_approval' | 'not_allowed';
  /** The code of the problem that a call would answer. */
  readonly reason?: string | undefined;
}

/** More tools than these are found by a search: a model reads the whole list with each request. */
const MOST_LISTED = 15;

const ALWAYS: readonly ToolDefinition[] = [CONNECT, GET_TASK, READ_RESULT].map(definitionOf);
const SEARCHED: readonly ToolDefinition[] = [SEARCH_TOOLS, CALL_TOOL].map(definitionOf);

const ACCOUNT = {
  type: 'string',
  description: 'Which of the accounts; without it you are told which there are.',
};

/** The tools that a caller sees: those that it may call for its user, now or after a consent or an approval. */
@Injectable()
export class ToolList {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly policies: PoliciesService,
    private readonly limits: SessionLimits,
  ) {}

  /**
   * In the order of the catalogue, so that the same caller gets the same bytes.
   * @throws Problem 403 by policy
   */
  async of(asker: McpAsker): Promise<readonly ToolDefinition[]> {
    const judged = await this.judged(asker, {});
    const open = judged.filter(({ state }) => state !== 'not_allowed').map(({ tool }) => tool);
    if (asker.listsAll || open.length <= MOST_LISTED) return [...open, ...ALWAYS];
    const pinned = asker.session?.tools.pinned ?? [];
    return [...SEARCHED, ...ALWAYS, ...open.filter((tool) => isNamed(pinned, actionOf(tool)))];
  }

  /** All tools that match, with how a call would be answered. @throws Problem 403 by policy */
  async judged(asker: McpAsker, filter: ActionFilter): Promise<JudgedTool[]> {
    const { principal, userId, trace } = asker;
    if (principal.type === 'agent')
      await this.policies.require({ principal, userId, action: verbAction('tool.list'), context: {} }, trace);
    const style = { format: 'mcp', strict: false } as const;
    const { data, readiness } = await this.catalogue.tools(style, filter, { principal, userId });
    return data.map((tool) => {
      if (!this.limits.includes(asker, actionOf(tool)))
        return { tool, state: 'not_allowed', reason: 'tool_not_in_session' };
      return judgedBy(tool, readiness?.[String(tool['name'])]);
    });
  }
}

const actionOf = ({ _meta }: ToolDefinition) =>
  String((_meta as Readonly<Record<string, unknown>>)['valetkey/action']);

/** A person's approval or the user's consent can be had; what else is in the way takes an operator. */
function judgedBy(tool: ToolDefinition, judged: Readiness | undefined): JudgedTool {
  const reason = judged?.reason;
  switch (judged?.readiness) {
    case 'not_allowed':
      return { tool, state: reason === 'approval_required' ? 'needs_approval' : 'not_allowed', reason };
    case 'needs_authorization':
      return { tool, state: 'needs_consent', reason };
    default:
      return {
        tool: reason === 'ambiguous_connection' ? withAccount(tool) : tool,
        state: 'callable',
        reason,
      };
  }
}

/** With the argument that names the account, where a call without it would be refused. */
function withAccount(tool: ToolDefinition): ToolDefinition {
  const schema = tool['inputSchema'] as { readonly properties?: object };
  const properties = { ...schema.properties, connectionId: ACCOUNT };
  return { ...tool, inputSchema: { ...schema, properties } };
}

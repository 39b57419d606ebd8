import { Injectable } from '@nestjs/common';
import { Catalogue, type Readiness } from '../gateway/index.js';
import { PoliciesService, verbAction } from '../policies/index.js';
import type { McpAsker } from './mcp-asker.js';
import { SessionLimits } from './session-limits.js';
import { CONNECT, definitionOf, GET_TASK } from './own-tools.js';

/** A tool as `tools/list` shows it. */
export type ToolDefinition = Readonly<Record<string, unknown>>;

const OWN: readonly ToolDefinition[] = [CONNECT, GET_TASK].map(definitionOf);

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
    const { principal, userId, trace } = asker;
    if (principal.type === 'agent')
      await this.policies.require({ principal, userId, action: verbAction('tool.list'), context: {} }, trace);
    const style = { format: 'mcp', strict: false } as const;
    const { data, readiness } = await this.catalogue.tools(style, {}, { principal, userId });
    const included = data.filter((tool) => this.limits.includes(asker, actionOf(tool)));
    const tools = included.flatMap((tool) => shown(tool, readiness?.[String(tool['name'])]));
    return [...tools, ...OWN];
  }
}

const actionOf = ({ _meta }: ToolDefinition) =>
  String((_meta as Readonly<Record<string, unknown>>)['valetkey/action']);

/** A person's approval or the user's consent can be had; what else is in the way takes an operator. */
function shown(tool: ToolDefinition, judged: Readiness | undefined): ToolDefinition[] {
  if (judged?.readiness === 'not_allowed' && judged.reason !== 'approval_required') return [];
  return [judged?.reason === 'ambiguous_connection' ? withAccount(tool) : tool];
}

/** With the argument that names the account, where a call without it would be refused. */
function withAccount(tool: ToolDefinition): ToolDefinition {
  const schema = tool['inputSchema'] as { readonly properties?: object };
  const properties = { ...schema.properties, connectionId: ACCOUNT };
  return { ...tool, inputSchema: { ...schema, properties } };
}

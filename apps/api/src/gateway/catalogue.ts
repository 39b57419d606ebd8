import { Injectable } from '@nestjs/common';
import { actionJsonSchema, providers, satisfies, type Action } from '@valetkey/providers';
import { ConnectionsService } from '../connections/index.js';
import { ConnectorsService } from '../connectors/index.js';
import { PoliciesService, type Principal } from '../policies/index.js';
import { Problem } from '../platform/index.js';

export type Readiness = 'callable' | 'needs_authorization' | 'not_allowed';
export type ToolFormat = 'openai' | 'anthropic' | 'mcp';

/** What can be called, for people and for language models. */
@Injectable()
export class Catalogue {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly policies: PoliciesService,
  ) {}

  async providers() {
    return Promise.all(
      providers.map(async (provider) => ({
        id: provider.id,
        displayName: provider.displayName,
        targets: (await this.connectors.forProvider(provider)).map(({ target }) => target),
        scopes: Object.entries(provider.scopes).map(([name, { description }]) => ({ name, description })),
        actions: provider.actions.map(({ id }) => id),
      })),
    );
  }

  async actions(principal: Principal | undefined, userId: string | undefined) {
    return Promise.all(
      allActions().map(async (action) => ({
        id: action.id,
        provider: action.provider,
        title: action.title,
        summary: action.summary,
        effect: action.effect,
        scopes: action.scopes,
        ...actionJsonSchema(action),
        ...(principal && userId !== undefined
          ? { readiness: await this.readiness(action, principal, userId) }
          : {}),
      })),
    );
  }

  async tools(format: ToolFormat, principal: Principal | undefined, userId: string | undefined) {
    return Promise.all(
      allActions().map(async (action) => ({
        ...asTool(action, format),
        ...(principal && userId !== undefined
          ? { readiness: await this.readiness(action, principal, userId) }
          : {}),
      })),
    );
  }

  private async readiness(action: Action, principal: Principal, userId: string): Promise<Readiness> {
    if (!(await this.policies.decide({ principal, userId, action })).allowed) return 'not_allowed';
    const provider = providers.find(({ id }) => id === action.provider);
    const connectors = provider ? await this.connectors.forProvider(provider) : [];
    try {
      const connection = await this.connections.choose(
        userId,
        connectors.map(({ id }) => id),
      );
      const connector = connectors.find(({ id }) => id === connection?.connectorId);
      if (!connection?.tokens || !connector) return 'needs_authorization';
      return satisfies(connector.preset, connection.scopes, action.scopes).length === 0
        ? 'callable'
        : 'needs_authorization';
    } catch (error) {
      // Several connections fit: the caller only has to name one.
      if (error instanceof Problem && error.code === 'ambiguous_connection') return 'callable';
      throw error;
    }
  }
}

function allActions(): Action[] {
  return providers.flatMap(({ actions }) => [...actions]);
}

/** Tool names allow no dots at OpenAI and Anthropic: `github.issues.create` is `github__issues__create` there. */
function asTool(action: Action, format: ToolFormat) {
  const { input } = actionJsonSchema(action);
  const name = action.id.replaceAll('.', '__');
  if (format === 'openai')
    return { type: 'function', function: { name, description: action.summary, parameters: input } };
  if (format === 'anthropic') return { name, description: action.summary, input_schema: input };
  return { name: action.id, title: action.title, description: action.summary, inputSchema: input };
}

import { Injectable } from '@nestjs/common';
import type { Provider, ProviderCall } from '@valetkey/providers';
import { fingerprintOf, McpSession, type OfferedTools } from '@valetkey/providers/mcp';
import { Audit, type AuditActor } from '../../audit/index.js';
import {
  AccessTokens,
  ConnectionsService,
  isUsable,
  type SealedConnection,
} from '../../connections/index.js';
import { ConnectorsService, type Connector } from '../../connectors/index.js';
import { Problem, randomSecret, type RequestTrace } from '../../platform/index.js';
import { ProviderCalls, type CallingAs } from '../provider-calls.js';
import { StoredToolWatch } from './tool-watch.js';

/** The operator who looks, and over which connection: any of the server's if it is left out. */
export interface Looking {
  readonly actor: AuditActor;
  readonly trace: RequestTrace;
  readonly connectionId?: string | undefined;
}

/** How many connections are looked through for one that works. */
const MOST_TRIED = 50;

/** Asks MCP servers for their tools on behalf of an operator. */
@Injectable()
export class ServerTools {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly connections: ConnectionsService,
    private readonly tokens: AccessTokens,
    private readonly calls: ProviderCalls,
    private readonly audit: Audit,
    private readonly watch: StoredToolWatch,
  ) {}

  /**
   * The tools that a server offers now. The call is recorded with the connection over which it is made, and tools that
   * have another definition than was agreed to are held.
   * @throws Problem 409 `no_connection_to_list` when the server wants a sign-in and nobody has signed in; ProviderError
   */
  async list(provider: Provider, { actor, trace, connectionId }: Looking): Promise<OfferedTools> {
    const [connector] = await this.connectors.requireForProvider(provider);
    const connection = await this.connectionOf(connector, connectionId);
    const calls: ProviderCall[] = [];
    const event = {
      ...{ type: 'provider.tools_listed' as const, actor, ...trace, target: connector.target },
      ...(connection ? { connectionId: connection.id, userId: connection.userId } : {}),
    };
    await this.audit.record({ ...event, outcome: 'intended', detail: { provider: provider.id } });
    const as = connection ? await this.tokens.use(connection) : anonymous(connector);
    const http = await this.calls.http({ provider: provider.id }, as, (call) => void calls.push(call));
    const url = provider.mcpUrl ?? '';
    const outcome = (result: 'succeeded' | 'failed', tools: number) =>
      this.audit.record({
        ...{ ...event, outcome: result, providerStatus: calls.at(-1)?.status },
        detail: { provider: provider.id, tools },
      });
    try {
      const { tools, revision } = await new McpSession({ provider: provider.id, url, http }).list();
      await outcome('succeeded', tools.length);
      await this.watch.seen(provider.id, new Map(tools.map((tool) => [tool.name, fingerprintOf(tool)])));
      return { provider: provider.id, server: url, title: provider.displayName, revision, tools };
    } catch (error) {
      await outcome('failed', 0);
      throw error;
    }
  }

  private async connectionOf(
    { id, target, options }: Connector,
    connectionId: string | undefined,
  ): Promise<SealedConnection | undefined> {
    if (connectionId !== undefined) {
      const named = await this.connections.getConnection(connectionId);
      if (named.connectorId !== id)
        throw new Problem('connection_mismatch', { connectionId, target: named.target });
      return named;
    }
    if (options.mcpServer?.signIn === 'none') return undefined;
    const { data } = await this.connections.list({ connectorIds: [id] }, undefined, MOST_TRIED);
    const usable = data.find(isUsable);
    if (!usable) throw new Problem('no_connection_to_list', { target });
    return usable;
  }
}

/** A caller without a credential, at a server that asks for none. */
function anonymous({ id: connectorId }: Connector): CallingAs {
  return {
    tokenSet: { accessToken: randomSecret(), sentIn: { header: '', scheme: '' } },
    connection: { connectorId, account: { id: '' } },
  };
}

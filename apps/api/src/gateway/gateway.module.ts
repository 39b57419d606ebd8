import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/index.js';
import { AuthorizationsModule } from '../authorizations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { OAuthModule } from '../oauth/index.js';
import { PoliciesModule } from '../policies/index.js';
import { RevocationsModule } from '../revocations/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { ApiImports } from './imports/api-imports.js';
import { ImportedApis } from './imports/imported-apis.js';
import { ImportedApisRepository } from './imports/imported-apis.repository.js';
import { ImportsController } from './imports/imports.controller.js';
import { McpServers } from './imports/mcp-servers.js';
import { McpServersController } from './imports/mcp-servers.controller.js';
import { ServerTools } from './imports/server-tools.js';
import { StoredToolWatch } from './imports/tool-watch.js';
import { ActionAccess } from './action-access.js';
import { ActionAttempt } from './action-attempt.js';
import { ActionReadiness } from './action-readiness.js';
import { ActionSearch } from './tools/action-search.js';
import { AuditedArguments } from './audited-arguments.js';
import { Catalogue } from './tools/catalogue.js';
import { CatalogueController } from './tools/catalogue.controller.js';
import { ConsentOffers } from './consent-offers.js';
import { ConsentLinks } from './consent-links.js';
import { GatewayController } from './gateway.controller.js';
import { DirectRun } from './direct-run.js';
import { ForwardCall } from './proxy/forward-call.js';
import { PolicyDryRunController } from './policy-dry-run.controller.js';
import { JudgedRequests } from './proxy/judged-requests.js';
import { HeldRequests } from './proxy/held-requests.js';
import { HeldRuns } from './held-runs.js';
import { AgentPermissions } from './agent-permissions.js';
import { AgentPermissionsController } from './agent-permissions.controller.js';
import { AgentDisconnects } from './disconnect/agent-disconnects.js';
import { AgentDisconnectController } from './disconnect/agent-disconnect.controller.js';
import { HeldDisconnects } from './disconnect/held-disconnects.js';
import { OtherRuns } from './other-runs.js';
import { KeptLinks } from './proxy/kept-links.js';
import { KeptLinksRepository } from './proxy/kept-links.repository.js';
import { Destinations } from './proxy/destinations.js';
import { Downloads } from './proxy/downloads.js';
import { LeasedBudgets } from './limits/leased-budgets.js';
import { PolicyNames } from './policy-names.js';
import { ProviderBudgets } from './limits/provider-budgets.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderCircuits } from './limits/provider-circuits.js';
import { ProviderExchange } from './provider-exchange.js';
import { ProviderLimitsRepository } from './limits/provider-limits.repository.js';
import { ProviderPauses } from './limits/provider-pauses.js';
import { ProxiedBodies } from './proxy/proxied-bodies.js';
import { ProxiedCalls } from './proxy/proxied-calls.js';
import { ProxyConnections } from './proxy/proxy-connections.js';
import { ProxyDialects } from './proxy/proxy-dialects.js';
import { ProxyController } from './proxy/proxy.controller.js';
import { RefusedTokens } from './refused-tokens.js';
import { RunAction } from './run-action.js';
import { SendForwarded } from './proxy/send-forwarded.js';

/**
 * The way from an agent's request to a provider's API: input, policy, connection, scopes, intent, call, outcome.
 * It hands an action an authorised `http` and never a token, and it queues nothing: tasks does.
 */
@Module({
  imports: [
    AgentsModule,
    AuthorizationsModule,
    ConnectionsModule,
    ConnectorsModule,
    OAuthModule,
    PoliciesModule,
    RevocationsModule,
    UsersModule,
    VaultModule,
  ],
  controllers: [
    GatewayController,
    CatalogueController,
    ProxyController,
    PolicyDryRunController,
    AgentPermissionsController,
    ImportsController,
    McpServersController,
    AgentDisconnectController,
  ],
  providers: [
    PolicyNames,
    AgentPermissions,
    ApiImports,
    ImportedApis,
    ImportedApisRepository,
    McpServers,
    ServerTools,
    StoredToolWatch,
    ActionAccess,
    ActionAttempt,
    RunAction,
    DirectRun,
    AuditedArguments,
    HeldRuns,
    HeldRequests,
    HeldDisconnects,
    OtherRuns,
    ConsentLinks,
    ConsentOffers,
    JudgedRequests,
    Destinations,
    Downloads,
    KeptLinks,
    KeptLinksRepository,
    LeasedBudgets,
    ProviderBudgets,
    ProviderCalls,
    ProviderCircuits,
    ProviderExchange,
    ProviderLimitsRepository,
    ProviderPauses,
    RefusedTokens,
    SendForwarded,
    Catalogue,
    ActionSearch,
    ActionReadiness,
    ForwardCall,
    ProxyConnections,
    ProxyDialects,
    ProxiedBodies,
    ProxiedCalls,
    AgentDisconnects,
  ],
  exports: [
    ActionAccess,
    RunAction,
    DirectRun,
    ConsentOffers,
    Catalogue,
    AuditedArguments,
    HeldRuns,
    ProviderCircuits,
    ProxiedBodies,
    ProxiedCalls,
    AgentDisconnects,
  ],
})
export class GatewayModule {}

import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { PoliciesModule } from '../policies/index.js';
import { UsersModule } from '../users/index.js';
import { VaultModule } from '../vault/index.js';
import { ActionAccess } from './action-access.js';
import { ActionAttempt } from './action-attempt.js';
import { ActionReadiness } from './action-readiness.js';
import { ActionSearch } from './action-search.js';
import { AuditedArguments } from './audited-arguments.js';
import { Catalogue } from './catalogue.js';
import { CatalogueController } from './catalogue.controller.js';
import { ConsentLinks } from './consent-links.js';
import { GatewayController } from './gateway.controller.js';
import { ForwardCall } from './forward-call.js';
import { PolicyDryRunController } from './policy-dry-run.controller.js';
import { JudgedRequests } from './judged-requests.js';
import { KeptLinks } from './kept-links.js';
import { KeptLinksRepository } from './kept-links.repository.js';
import { Destinations } from './destinations.js';
import { Downloads } from './downloads.js';
import { LeasedBudgets } from './leased-budgets.js';
import { PolicyNames } from './policy-names.js';
import { ProviderBudgets } from './provider-budgets.js';
import { ProviderCalls } from './provider-calls.js';
import { ProviderCircuits } from './provider-circuits.js';
import { ProviderExchange } from './provider-exchange.js';
import { ProviderLimitsRepository } from './provider-limits.repository.js';
import { ProviderPauses } from './provider-pauses.js';
import { ProxiedBodies } from './proxied-bodies.js';
import { ProxyConnections } from './proxy-connections.js';
import { ProxyDialects } from './proxy-dialects.js';
import { ProxyController } from './proxy.controller.js';
import { RefusedTokens } from './refused-tokens.js';
import { RunAction } from './run-action.js';
import { SendForwarded } from './send-forwarded.js';

/**
 * The way from an agent's wish to a provider's API: input, policy, connection, scopes, intent, call, outcome.
 * It hands an action an authorised `http` and never a token, and it queues nothing: tasks does.
 */
@Module({
  imports: [ConnectionsModule, ConnectorsModule, PoliciesModule, UsersModule, VaultModule],
  controllers: [GatewayController, CatalogueController, ProxyController, PolicyDryRunController],
  providers: [
    PolicyNames,
    ActionAccess,
    ActionAttempt,
    RunAction,
    AuditedArguments,
    ConsentLinks,
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
  ],
  exports: [ActionAccess, RunAction, ProviderCircuits],
})
export class GatewayModule {}

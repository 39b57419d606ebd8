import { Module } from '@nestjs/common';
import { AuthorizationsModule } from '../authorizations/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { ConnectorsModule } from '../connectors/index.js';
import { GatewayModule } from '../gateway/index.js';
import { PoliciesModule } from '../policies/index.js';
import { ConnectLinks } from './connect-links.js';
import { NangoCredentials } from './credentials.js';
import { Integrations } from './integrations.js';
import { ListedConnections } from './listed-connections.js';
import { NamedConnections } from './named-connections.js';
import { NangoConnectionsController } from './nango-connections.controller.js';
import { NangoDialect } from './nango-dialect.js';
import { NangoProxyController } from './nango-proxy.controller.js';
import { NangoSessionsController } from './nango-sessions.controller.js';
import { RepeatedReads } from './repeated-reads.js';
import { UnsupportedController } from './unsupported.controller.js';

/** The routes of products that apps move here from, on our own services: what they ask for is judged like any other request. */
@Module({
  imports: [AuthorizationsModule, ConnectionsModule, ConnectorsModule, GatewayModule, PoliciesModule],
  controllers: [
    NangoProxyController,
    UnsupportedController,
    NangoConnectionsController,
    NangoSessionsController,
  ],
  providers: [
    Integrations,
    NamedConnections,
    ListedConnections,
    NangoCredentials,
    ConnectLinks,
    RepeatedReads,
    NangoDialect,
  ],
})
export class CompatibilityModule {}

import { Module } from '@nestjs/common';
import { ConnectorsModule } from '../connectors/index.js';
import { AuthorizationServers } from './authorization-servers.js';
import { ClientRegistration } from './client-registration.js';
import { KeyChecks } from './key-checks.js';
import { OAuthClient } from './oauth-client.js';
import { OAuthHttp } from './oauth-http.js';
import { ProtectedResources } from './protected-resources.js';
import { ServerTests } from './server-tests.js';
import { Userinfo } from './userinfo.js';

/** The OAuth client: speaks with authorization servers, and knows no row, no user and no agent. */
@Module({
  imports: [ConnectorsModule],
  providers: [
    AuthorizationServers,
    ClientRegistration,
    KeyChecks,
    OAuthClient,
    OAuthHttp,
    ProtectedResources,
    ServerTests,
    Userinfo,
  ],
  exports: [ClientRegistration, KeyChecks, OAuthClient, OAuthHttp, ProtectedResources, ServerTests, Userinfo],
})
export class OAuthModule {}

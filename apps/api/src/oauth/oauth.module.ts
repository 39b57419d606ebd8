import { Module } from '@nestjs/common';
import { ConnectorsModule } from '../connectors/index.js';
import { AuthorizationServers } from './authorization-servers.js';
import { OAuthClient } from './oauth-client.js';
import { OAuthHttp } from './oauth-http.js';
import { Userinfo } from './userinfo.js';

/** The OAuth client: speaks with authorization servers, and knows no row, no user and no agent. */
@Module({
  imports: [ConnectorsModule],
  providers: [AuthorizationServers, OAuthClient, OAuthHttp, Userinfo],
  exports: [OAuthClient, OAuthHttp, Userinfo],
})
export class OAuthModule {}

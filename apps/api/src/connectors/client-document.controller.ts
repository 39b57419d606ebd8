import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { AuditsNothing } from '../audit/index.js';
import { SETTINGS_TOKEN, type Settings } from '../config/index.js';
import { notFound, Public, Undocumented } from '../platform/index.js';
import { callbackUrl } from './callback-url.js';
import { ConnectorsService } from './connectors.service.js';

/** The address of our description of ourselves for one connector: where it is our client id, the server reads it. */
export function clientDocumentUrl({ publicUrl }: Settings, target: string): string {
  return `${publicUrl}/oauth/clients/${target}`;
}

/** Says to authorization servers of MCP servers who their client is (OAuth Client ID Metadata Document). */
@Undocumented()
@Controller()
export class ClientDocumentController {
  constructor(
    private readonly connectors: ConnectorsService,
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
  ) {}

  @AuditsNothing('says what is public about us: our name and where consents are answered')
  @Get('oauth/clients/:target')
  @Header('cache-control', 'public, max-age=300')
  @Public('authorization servers read it before a user signs in there')
  async document(@Param('target') target: string) {
    const id = clientDocumentUrl(this.settings, target);
    const connector = await this.connectors.findConnector(target);
    if (connector?.clientId !== id) throw notFound('client');
    return {
      client_id: id,
      client_name: this.settings.appName ?? 'Valetkey',
      client_uri: this.settings.publicUrl,
      redirect_uris: [callbackUrl(this.settings, target)],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }
}

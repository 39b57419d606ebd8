import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Audits, AuditsNothing, actorOf } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  pageQuery,
  requireOwner,
  StepUp,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import { Rewraps } from './rewraps.js';
import { VaultKeys } from './vault-keys.js';
import { VaultStatus } from './vault-status.js';
import { rewrapView, vaultKeyView, vaultView, viewRewrap } from './vault.schemas.js';

@DocumentedUnder('vault')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/vault')
export class VaultController {
  constructor(
    private readonly status: VaultStatus,
    private readonly rewraps: Rewraps,
    private readonly keys: VaultKeys,
  ) {}

  @Get()
  @Documented({ summary: 'The keys of the vault and what each holds; never a key itself', answer: vaultView })
  getVaultStatus() {
    return this.status.view();
  }

  @Audits('vault_key.added', 'vault_key.retired')
  @Post('keys')
  @StepUp()
  @Documented({
    summary: 'Make a new key under the key service of the one that seals; it seals from now on',
    description: 'A local key is not made here: it is put in front in VALETKEY_ENCRYPTION_KEYS.',
    status: 201,
    answer: vaultKeyView,
    problems: ['owner_required', 'local_key', 'key_service_unavailable'],
  })
  async rotate(@CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    requireOwner(caller);
    const id = await this.keys.rotate({ actor: actorOf(caller), trace });
    const { keys } = await this.status.view();
    return keys.find((key) => key.id === id) ?? keys[0];
  }

  @Audits('vault.rewrap_started')
  @Post('rewraps')
  @StepUp()
  @Documented({
    summary: 'Bring every secret under the key that seals; a worker does it while everything goes on',
    status: 201,
    answer: rewrapView,
    problems: ['owner_required', 'rewrap_running'],
  })
  async start(@CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    requireOwner(caller);
    return viewRewrap(await this.rewraps.start({ actor: actorOf(caller), trace }));
  }

  @Get('rewraps')
  @Documented({ summary: 'List re-wraps, newest first', answer: rewrapView.array() })
  async listRewraps(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'rewraps', page, await this.rewraps.listRewraps(page)).map(viewRewrap);
  }

  @Get('rewraps/:id')
  @Documented({ summary: 'Read one re-wrap', answer: rewrapView })
  async rewrap(@Param('id') id: string) {
    return viewRewrap(await this.rewraps.getRewrap(id));
  }
}

import { Body, Controller, Delete, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { actorOf, Audits, AuditsNothing } from '../../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  idFilter,
  notFound,
  pageQuery,
  requireOwner,
  sendPage,
  StepUp,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../../platform/index.js';
import { ApiImports } from './api-imports.js';
import { viewImport, viewImportDetail, viewPreview } from './import.view.js';
import { ImportedApisRepository } from './imported-apis.repository.js';
import {
  importedProviderDetail,
  importedProviderView,
  importRequest,
  previewRequest,
  previewView,
} from './imports.schemas.js';

const READING = ['owner_required', 'unknown_provider', 'invalid_document', 'no_connection_to_list'] as const;

/** Actions that operators make of an OpenAPI document, or of the tools of an MCP server. */
@DocumentedUnder('providers')
@AllowCallers('operator')
@AuditsNothing('shows what is stored or would be; it changes nothing and calls nobody')
@Controller('v1/operator')
export class ImportsController {
  constructor(
    private readonly imports: ApiImports,
    private readonly rows: ImportedApisRepository,
  ) {}

  @Get('providers')
  @Documented({
    summary: 'List the providers that have imported actions',
    answer: importedProviderView.array(),
  })
  async listImports(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const ids = idFilter(page);
    const all = (await this.rows.all()).filter(({ provider }) => !ids || ids.includes(provider));
    if (page.sort?.direction === 'desc') all.reverse();
    const rows = all.slice(page.skip, page.skip + page.take);
    return sendPage(reply, 'providers', page, { rows, total: all.length }).map(viewImport);
  }

  @Get('providers/:id')
  @Documented({ summary: 'Read the imported actions of a provider', answer: importedProviderDetail })
  async getImport(@Param('id') id: string) {
    const stored = await this.rows.findImport(id);
    if (!stored) throw notFound('import');
    return viewImportDetail(stored, await this.rows.versions(id));
  }

  @Audits('provider.tools_listed')
  @Post('provider-previews')
  @Documented({
    summary: 'Look at what an OpenAPI document or the tools of an MCP server would change; nothing is stored',
    description:
      'Without operations it lists those that there are. The digest of the answer is what an import is bound to.',
    answer: previewView,
    problems: READING,
  })
  async preview(
    @Body({ schema: previewRequest }) body: z.output<typeof previewRequest>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwner(caller);
    return viewPreview(body.provider, await this.imports.preview(body, { actor: actorOf(caller), trace }));
  }

  @Audits('provider.imported', 'provider.tools_listed')
  @StepUp()
  @Post('providers')
  @Documented({
    summary:
      'Put in force what a preview has shown: its operations are actions within two seconds, in every process',
    status: 201,
    answer: importedProviderDetail,
    problems: [...READING, 'operations_refused', 'import_changed'],
  })
  async create(
    @Body({ schema: importRequest }) { digest, ...wanted }: z.output<typeof importRequest>,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwner(caller);
    await this.imports.apply(wanted, digest, { actor: actorOf(caller), trace });
    return this.getImport(wanted.provider);
  }

  @Audits('provider.removed')
  @Delete('providers/:id')
  @Documented({
    summary: 'Take the imported actions of a provider away; its connections stay',
    status: 204,
    problems: ['owner_required'],
  })
  async delete(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @CurrentTrace() trace: RequestTrace,
  ) {
    requireOwner(caller);
    await this.imports.remove(id, { actor: actorOf(caller), trace });
  }
}

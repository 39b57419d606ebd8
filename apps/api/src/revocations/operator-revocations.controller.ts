import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { Audits, AuditsNothing, actorOf } from '../audit/index.js';
import {
  AllowCallers,
  CurrentCaller,
  CurrentTrace,
  Documented,
  DocumentedUnder,
  pageQuery,
  sendPage,
  type Caller,
  type PageRequest,
  type RequestTrace,
} from '../platform/index.js';
import type { Revocation } from './revocation.js';
import { Revocations } from './revocations.js';

const revocationView = z.object({
  id: z.string(),
  connectionId: z.string(),
  userId: z.string(),
  connectorId: z.string(),
  status: z.enum(['pending', 'confirmed', 'not_supported', 'given_up']),
  attempts: z.int(),
  lastError: z.string().optional(),
  nextAt: z.iso.datetime().optional().describe('When the provider is asked again.'),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
});

@DocumentedUnder('connections')
@AllowCallers('operator')
@AuditsNothing('shows what is stored; it changes nothing and calls nobody')
@Controller('v1/operator/revocations')
export class OperatorRevocationsController {
  constructor(private readonly revocations: Revocations) {}

  @Get()
  @Documented({
    summary: 'List revocations: disconnected token sets, and whether their provider has confirmed their end',
    answer: revocationView.array(),
  })
  async listRevocations(
    @Query({ schema: pageQuery }) page: PageRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return sendPage(reply, 'revocations', page, await this.revocations.listRevocations(page)).map(view);
  }

  @Get(':id')
  @Documented({ summary: 'Read one revocation', answer: revocationView })
  async getRevocation(@Param('id') id: string) {
    return view(await this.revocations.getRevocation(id));
  }

  @Audits('connection.revoked')
  @Post(':id/retry')
  @Documented({
    summary: 'Ask the provider again now, also one that was given up',
    answer: revocationView,
    problems: ['revocation_not_retryable'],
  })
  async retry(@Param('id') id: string, @CurrentCaller() caller: Caller, @CurrentTrace() trace: RequestTrace) {
    return view(await this.revocations.retry(id, actorOf(caller), trace));
  }
}

function view({
  status,
  nextAt,
  createdAt,
  finishedAt,
  ...rest
}: Revocation): z.output<typeof revocationView> {
  return {
    ...rest,
    status,
    nextAt: status === 'pending' ? nextAt.toISOString() : undefined,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}

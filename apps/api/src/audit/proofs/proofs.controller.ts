import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { EventProof, GrowthProof } from '@valetkey/audit-log';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  AllowCallers,
  Asks,
  CurrentCaller,
  CurrentMayShow,
  Documented,
  DocumentedUnder,
  invalidInput,
  type Caller,
  type MayShow,
} from '../../platform/index.js';
import { AuditsNothing } from '../audited.js';
import type { EventReader } from '../audit-views.js';
import { Checkpoints } from '../checkpoints.js';
import { StoredTree } from '../stored-tree.js';
import { EventProofs } from './event-proofs.js';
import { eventProof, growthProof, growthQuery } from './proof.schemas.js';

@DocumentedUnder('audit')
@AuditsNothing('shows what is stored, and hashes; it changes nothing and calls nobody')
@Controller()
export class ProofsController {
  constructor(
    private readonly proofs: EventProofs,
    private readonly checkpoints: Checkpoints,
    private readonly tree: StoredTree,
  ) {}

  @Get('v1/audit-events/:id/proof')
  @Asks('audit.read', 'query')
  @AllowCallers('agent', 'user', 'operator')
  @Documented({
    summary: 'Prove that an event is in the log: own events for agents and users, all for operators',
    description:
      'A file that valetkey-verify --proof checks without the server. It holds the event with everything that is hashed, so also keyId, which lists leave out where another called. Where the caller may not see all of the personal part, its digest stands for it.',
    answer: eventProof,
    problems: ['event_of_chain', 'event_pending', 'audit_unsigned'],
  })
  async ofEvent(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentMayShow() mayShow?: MayShow,
  ): Promise<EventProof> {
    return this.send(reply, id, { type: caller.type, id: caller.id, mayShow });
  }

  @Get('my-account/audit-events/:id/proof')
  @AllowCallers('user')
  @Documented({
    summary: 'Prove that an event about me is in the log',
    description: 'As GET /v1/audit-events/{id}/proof.',
    answer: eventProof,
    problems: ['event_of_chain', 'event_pending', 'audit_unsigned'],
  })
  mine(
    @Param('id') id: string,
    @CurrentCaller() { id: userId }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventProof> {
    return this.send(reply, id, { type: 'user', id: userId });
  }

  @Get('v1/operator/audit-tree/consistency')
  @AllowCallers('operator')
  @Documented({
    summary: 'Prove that the tree of one checkpoint is the beginning of that of another',
    description: 'A file that valetkey-verify --proof checks without the server.',
    answer: growthProof,
    problems: ['not_found'],
  })
  async ofGrowth(
    @Query({ schema: growthQuery }) { from, to }: z.output<typeof growthQuery>,
  ): Promise<GrowthProof> {
    const [first, second] = await Promise.all([
      this.checkpoints.ofSize(from),
      to === undefined ? this.checkpoints.covering(from) : this.checkpoints.ofSize(to),
    ]);
    if (first.size > second.size) throw invalidInput('to: is a smaller tree than from');
    const hashes = await this.tree.consistency(first.size, second.size);
    return { from: first.note, to: second.note, hashes: hashes.map((hash) => hash.toString('hex')) };
  }

  private async send(reply: FastifyReply, id: string, reader: EventReader): Promise<EventProof> {
    const proof = await this.proofs.ofEvent(id, reader);
    void reply.headers(proofHeaders(proof));
    return proof;
  }
}

/** The headers of a proof: a file that is kept, and that no cache in between holds. */
export function proofHeaders({ event }: EventProof): Record<string, string> {
  return {
    'content-disposition': `attachment; filename="${event.id}.proof.json"`,
    'cache-control': 'no-store',
  };
}

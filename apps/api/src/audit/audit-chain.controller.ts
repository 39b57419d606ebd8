import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import { AllowCallers, Documented, DocumentedUnder, Public } from '../platform/index.js';
import { AuditKeys } from './audit-keys.js';
import { AuditsNothing } from './audited.js';
import { checkpointRecord } from './checkpoint.js';
import { Checkpoints } from './checkpoints.js';

const keysView = z.object({
  keys: z.array(
    z.object({
      kty: z.string(),
      crv: z.string(),
      x: z.string(),
      kid: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
    }),
  ),
});

const chainView = z.object({
  head: z.object({ seq: z.int(), hash: z.string() }).describe('The newest event.'),
  signedThrough: z.int().describe('The newest event that a checkpoint vouches for.'),
  anchors: z.array(
    z.object({
      name: z.string(),
      throughSeq: z.int().describe('The newest event that this anchor vouches for.'),
      anchoredAt: z.iso.datetime().optional(),
      failedAt: z.iso.datetime().optional(),
      lastError: z.string().optional(),
    }),
  ),
});

const checkpointsQuery = z.object({
  after: z.coerce.number().int().nonnegative().default(0).describe('Only checkpoints above this position.'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

@DocumentedUnder('audit')
@AuditsNothing('positions, hashes and signatures; nothing of any event')
@Controller()
export class AuditChainController {
  constructor(
    private readonly keys: AuditKeys,
    private readonly checkpoints: Checkpoints,
  ) {}

  @Get('.well-known/audit-keys.json')
  @Public('the public keys with which anybody can check the checkpoints of the log')
  @Documented({ summary: 'Public keys of the audit log (RFC 8037)', answer: keysView })
  async publicKeys(): Promise<z.input<typeof keysView>> {
    const keys = await this.keys.publicKeys();
    return { keys: keys.map((key) => ({ ...key, alg: 'EdDSA', use: 'sig' })) };
  }

  @Get('v1/operator/audit-chain')
  @AllowCallers('operator')
  @Documented({
    summary: 'Where the audit log stands, and how far it is signed and anchored',
    answer: chainView,
  })
  async state(): Promise<z.input<typeof chainView>> {
    const { head, signedThrough, anchors } = await this.checkpoints.state();
    return {
      head: { seq: Number(head.seq), hash: head.hash },
      signedThrough: Number(signedThrough),
      anchors: anchors.map(({ name, throughSeq, anchoredAt, failedAt, lastError }) => ({
        name,
        throughSeq: Number(throughSeq),
        anchoredAt: anchoredAt?.toISOString(),
        failedAt: failedAt?.toISOString(),
        lastError,
      })),
    };
  }

  @Get('v1/operator/audit-checkpoints')
  @AllowCallers('operator')
  @Documented({
    summary: 'Signed checkpoints of the audit log, oldest first',
    answer: checkpointRecord.array(),
  })
  list(@Query({ schema: checkpointsQuery }) { after, limit }: z.output<typeof checkpointsQuery>) {
    return this.checkpoints.list(BigInt(after), limit);
  }
}

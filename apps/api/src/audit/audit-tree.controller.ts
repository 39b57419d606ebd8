import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { AllowCallers, Documented, DocumentedUnder, Problem, Public } from '../platform/index.js';
import type { OutsideState } from './anchors/outside-states.repository.js';
import { AuditKeys } from './audit-keys.js';
import { AuditsNothing } from './audited.js';
import { checkpointView } from './checkpoint.js';
import { Checkpoints } from './checkpoints.js';
import { ForkGuard } from './forks/fork-guard.js';
import { LogStatus } from './log-status.js';
import { SignedHead } from './signed-head.js';

const keysView = z.object({
  keys: z.array(
    z.object({
      kty: z.string(),
      crv: z.string(),
      x: z.string(),
      kid: z.string(),
      alg: z.literal('EdDSA'),
      use: z.literal('sig'),
      verifierKey: z
        .string()
        .describe('The same with the name of the log, as witnesses and monitors take it (C2SP signed-note).'),
    }),
  ),
});

const outsideView = z.object({
  name: z.string(),
  throughSize: z.int().describe('Size of the newest tree that it vouches for.'),
  reachedAt: z.iso.datetime().optional().describe('When it took that.'),
  failedAt: z.iso.datetime().optional(),
  lastError: z.string().optional().describe('Why it has taken nothing since.'),
});

const treeView = z.object({
  size: z.int().describe('How many events the tree has.'),
  root: z.string().describe('Its root hash, hex (RFC 9162).'),
  firstSeq: z.int().describe('Position of the event that is its first leaf.'),
  signedSize: z.int().describe('Size of the newest tree that a kept checkpoint vouches for.'),
  signedAt: z.iso.datetime().optional().describe('When that checkpoint was made.'),
  pending: z.int().describe('Events that are committed and wait for their place.'),
  pendingSince: z.iso.datetime().optional().describe('Since when the oldest of them waits.'),
  fork: z
    .object({
      place: z.string().describe('Where the checkpoint was found.'),
      publishedSize: z.int().describe('Leaves of the tree that it is of.'),
    })
    .optional()
    .describe(
      'A published checkpoint that this tree contradicts. Nothing is signed until the log has another origin.',
    ),
  anchors: z.array(outsideView).describe('Places that keep the checkpoints.'),
  witnesses: z.array(outsideView).describe('Witnesses that cosign them, by the names of their keys.'),
});

const NOTE = 'vault.example/audit\n42\nqINS1GRF…\n\n\u2014 vault.example/audit Zq3JAAAA…\n';

const checkpointsQuery = z.object({
  after: z.coerce
    .number()
    .int()
    .nonnegative()
    .default(0)
    .describe('Only checkpoints of trees larger than this.'),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

@DocumentedUnder('audit')
@AuditsNothing('positions, hashes and signatures; nothing of any event')
@Controller()
export class AuditTreeController {
  constructor(
    private readonly keys: AuditKeys,
    private readonly checkpoints: Checkpoints,
    private readonly guard: ForkGuard,
    private readonly status: LogStatus,
    private readonly head: SignedHead,
  ) {}

  @Get('.well-known/audit-keys.json')
  @Public('the public keys with which anybody can check the checkpoints of the log')
  @Documented({ summary: 'Public keys of the audit log (RFC 8037)', answer: keysView })
  async publicKeys(): Promise<z.input<typeof keysView>> {
    const keys = await this.keys.publicKeys();
    return {
      keys: keys.map((key) => ({
        ...key,
        alg: 'EdDSA',
        use: 'sig',
        verifierKey: this.head.verifierKey(key),
      })),
    };
  }

  @Get('v1/operator/audit-tree')
  @AllowCallers('operator')
  @Documented({
    summary: 'Where the audit log stands, and how far it is signed, cosigned and anchored',
    answer: treeView,
  })
  async state(): Promise<z.input<typeof treeView>> {
    const { anchors, witnesses, pendingSince, signedAt, ...state } = await this.status.state();
    return {
      ...state,
      fork: this.guard.fork,
      signedAt: signedAt?.toISOString(),
      pendingSince: pendingSince?.toISOString(),
      anchors: anchors.map(toView),
      witnesses: witnesses.map(toView),
    };
  }

  @Get('v1/operator/audit-checkpoints')
  @AllowCallers('operator')
  @Documented({
    summary: 'Signed checkpoints of the audit log, oldest first',
    answer: checkpointView.array(),
  })
  list(@Query({ schema: checkpointsQuery }) { after, limit }: z.output<typeof checkpointsQuery>) {
    return this.checkpoints.list(after, limit);
  }

  @Get('v1/operator/audit-tree/checkpoint')
  @AllowCallers('operator')
  @Documented({
    summary: 'The newest signed head of the audit log, as a note (C2SP tlog-checkpoint)',
    contentType: 'text/plain',
    example: NOTE,
  })
  async newest(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { note } = await this.checkpoints.newest();
    void reply.headers({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    if (note === undefined) throw new Problem('audit_unsigned');
    return note;
  }
}

function toView({ reachedAt, failedAt, ...state }: OutsideState): z.input<typeof outsideView> {
  return { ...state, reachedAt: reachedAt?.toISOString(), failedAt: failedAt?.toISOString() };
}

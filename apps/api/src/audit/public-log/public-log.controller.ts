import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Documented, DocumentedParam, DocumentedUnder, Public } from '../../platform/index.js';
import { AuditsNothing } from '../audited.js';
import { PublicLog } from './public-log.js';

const NOTE = 'vault.example/audit\n42\nqINS1GRF…\n\n\u2014 vault.example/audit Zq3JAAAA…\n';
const BECAUSE = 'hashes and signatures; only where VALETKEY_AUDIT_PUBLIC says so';

/** A full tile never changes; a checkpoint is at most a minute old. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const FOR_A_WHILE = 'public, max-age=60';
const FOR_A_MOMENT = 'public, max-age=5';

@DocumentedUnder('audit')
@AuditsNothing('hashes and signatures; nothing of any event')
@Controller('audit')
export class PublicLogController {
  constructor(private readonly log: PublicLog) {}

  @Get('checkpoint')
  @Public(BECAUSE)
  @Documented({
    summary: 'The newest kept checkpoint of the audit log, as a note (C2SP tlog-checkpoint)',
    description: 'For everybody, where VALETKEY_AUDIT_PUBLIC is on; otherwise 404.',
    contentType: 'text/plain',
    example: NOTE,
    problems: ['not_found', 'rate_limited', 'audit_unsigned'],
  })
  async checkpoint(
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { note } = await this.log.checkpoint(ip);
    void reply.headers({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': FOR_A_MOMENT });
    return note;
  }

  @Get('tile/*')
  @Public(BECAUSE)
  @DocumentedParam({ name: 'path', description: 'Level and index as in tlog-tiles: 0/x001/234.p/17' })
  @Documented({
    summary: 'A tile of hashes of the audit log (C2SP tlog-tiles)',
    description:
      'For everybody, where VALETKEY_AUDIT_PUBLIC is on; otherwise 404. Entries are personal data, so there are no bundles.',
    contentType: 'application/octet-stream',
    example: '(256 hashes of 32 bytes)',
    problems: ['not_found', 'rate_limited', 'audit_unsigned'],
  })
  async tile(@Req() { ip, url }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = url.slice('/audit/'.length);
    const { bytes, isFull } = await this.log.tile(path, ip);
    void reply
      .headers({
        'content-type': 'application/octet-stream',
        'cache-control': isFull ? FOR_EVER : FOR_A_WHILE,
      })
      .send(bytes);
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { HASH_BYTES, TILE_WIDTH, tileAt, tileOfPath } from '@valetkey/audit-log';
import { SETTINGS_TOKEN, type Settings } from '../../config/index.js';
import { Problem, RequestLimits } from '../../platform/index.js';
import type { CheckpointRecord } from '../checkpoint.js';
import { Checkpoints } from '../checkpoints.js';
import { StoredTree } from '../stored-tree.js';

/** The hashes of a tile, one after the other. */
export interface PublicTile {
  readonly bytes: Buffer;
  readonly isFull: boolean;
}

/**
 * The tree as everybody may read it where the operator says so: the newest checkpoint that is kept, and the hashes under
 * it (C2SP tlog-tiles). Events are personal data and are not there.
 */
@Injectable()
export class PublicLog {
  constructor(
    @Inject(SETTINGS_TOKEN) private readonly settings: Settings,
    private readonly limits: RequestLimits,
    private readonly checkpoints: Checkpoints,
    private readonly tree: StoredTree,
  ) {}

  /** @throws Problem 404 where the log is not public; 429 `rate_limited`; 503 `audit_unsigned` */
  async checkpoint(ip: string): Promise<CheckpointRecord> {
    this.admit(ip);
    return this.checkpoints.covering(1);
  }

  /** @throws Problem 404, of tiles that retention has let go too; 429 `rate_limited` */
  async tile(path: string, ip: string): Promise<PublicTile> {
    this.admit(ip);
    const asked = tileOfPath(path);
    if (!asked) throw new Problem('not_found', { thing: 'tile' });
    const { size } = await this.checkpoints.covering(1);
    const there = tileAt(asked.level, asked.index, size);
    if (!there || asked.width > there.width) throw new Problem('not_found', { thing: 'tile' });
    const bytes = await this.tree.tile(asked);
    if (bytes.length !== asked.width * HASH_BYTES) throw new Problem('not_found', { thing: 'tile any more' });
    return { bytes, isFull: asked.width === TILE_WIDTH };
  }

  private admit(ip: string): void {
    if (!this.settings.auditIsPublic) throw new Problem('not_found', { thing: 'public log' });
    this.limits.takeAddress(ip);
  }
}

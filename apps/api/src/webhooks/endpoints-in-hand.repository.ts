import { Injectable } from '@nestjs/common';
import { leaseSql, PrismaService } from '../platform/index.js';

/** An endpoint that this process sends to. */
export interface EndpointInHand {
  readonly url: string;
  /** Its last attempt has failed. */
  readonly isFailing: boolean;
}

/** Which process sends to an endpoint. Leases are judged by the database's clock. */
@Injectable()
export class EndpointsInHandRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Endpoints with messages to be sent by `now` that no process sends to. */
  async due(now: Date): Promise<string[]> {
    const rows = await this.prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM webhook_endpoints AS endpoint
      WHERE disabled_at IS NULL AND ${leaseSql.isFree} AND EXISTS (SELECT FROM webhook_deliveries
        WHERE endpoint_id = endpoint.id AND status = 'pending' AND next_at <= ${now})`;
    return rows.map(({ id }) => id);
  }

  /** @returns false when another process has it, or it is disabled */
  async claim(id: string, holder: string, leaseMs: number): Promise<boolean> {
    const count = await this.prisma.$executeRaw`
      UPDATE webhook_endpoints SET ${leaseSql.take(holder, leaseMs)}
      WHERE id = ${id} AND disabled_at IS NULL AND ${leaseSql.isFree}`;
    return count === 1;
  }

  /** Keeps it. @returns as it is now; `undefined` when it is disabled, deleted, or another process has it */
  async hold(id: string, holder: string, leaseMs: number): Promise<EndpointInHand | undefined> {
    const [row] = await this.prisma.$queryRaw<EndpointInHand[]>`
      UPDATE webhook_endpoints SET ${leaseSql.extend(leaseMs)}
      WHERE id = ${id} AND holder = ${holder} AND disabled_at IS NULL
      RETURNING url, failing_since IS NOT NULL AS "isFailing"`;
    return row;
  }

  async release(id: string, holder: string): Promise<void> {
    await this.prisma.$executeRaw`
      UPDATE webhook_endpoints SET ${leaseSql.release} WHERE id = ${id} AND holder = ${holder}`;
  }
}

import { Injectable } from '@nestjs/common';
import { keepAlive } from '../platform/index.js';
import { AuthorizationsRepository } from './authorizations.repository.js';

/** How long a record counts as worked on after the last sign of life. */
export const HOLD_MS = 12_000;

/** The lease of the process that works on a record: after a crash it is no longer extended. */
@Injectable()
export class ExchangeLease {
  constructor(private readonly records: AuthorizationsRepository) {}

  /** Extends the hold as long as `work` takes. */
  while<T>(id: string, work: () => Promise<T>): Promise<T> {
    const extend = () => this.records.extend(id, HOLD_MS);
    return keepAlive({ extend, onFailure: () => undefined }, work);
  }
}

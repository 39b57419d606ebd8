import type { Connector } from '../connectors/index.js';
import { Problem } from '../platform/index.js';

/** Over this connector accounts are only proven. */
export function tokenStorageDisabled({ target }: Pick<Connector, 'target'>): Problem {
  return new Problem('token_storage_disabled', { target });
}

/** @throws Problem 422 `token_storage_disabled` */
export function requireTokenStorage(connector: Connector): void {
  if (!connector.options.storeTokens) throw tokenStorageDisabled(connector);
}

import type { CapabilityKind, JudgedRequest } from '@valetkey/providers';
import type { Principal } from '../../policies/index.js';
import type { Binding } from '../../vault/index.js';

/** Below our proxy of a provider; no provider has such a path. */
export const KEPT_PATH = '/valetkey-links/';

/** Methods that callers may use on a kept address, by its kind. */
export const KEPT_METHODS: Readonly<Record<CapabilityKind, readonly string[]>> = {
  upload_session: ['PUT', 'POST', 'DELETE'],
  download: ['GET', 'HEAD'],
  upload: ['POST'],
};

/** An address of a provider that is a credential, kept for the caller whose request returned it. */
export interface KeptLink {
  readonly id: string;
  readonly provider: string;
  readonly userId: string;
  readonly connectionId: string;
  readonly caller: Pick<Principal, 'type' | 'id'>;
  readonly kind: CapabilityKind;
  /** The request whose response named it; the policy is asked about that request when the address is used. */
  readonly judged: JudgedRequest;
  readonly expiresAt: Date;
}

export function keptLinkBinding({ id, userId }: Pick<KeptLink, 'id' | 'userId'>): Binding {
  return { purpose: 'proxy_link', rowId: id, userId };
}

/** The id of the kept address that a target below the proxy names. */
export function keptLinkId(target: string): string | undefined {
  if (!target.startsWith(KEPT_PATH)) return undefined;
  return target.slice(KEPT_PATH.length).split('?', 1)[0] ?? '';
}

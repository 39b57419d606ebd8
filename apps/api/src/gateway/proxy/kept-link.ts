import type { CapabilityKind, JudgedRequest } from '@valetkey/providers';
import type { Principal } from '../../policies/index.js';
import type { Binding } from '../../vault/index.js';

/** Below our proxy of a provider; no provider has such a path. */
export const KEPT_PATH = '/valetkey-links/';

/** What callers may do with what is behind an address of ours. */
export const KEPT_METHODS: Readonly<Record<CapabilityKind, readonly string[]>> = {
  upload_session: ['PUT', 'POST', 'DELETE'],
  download: ['GET', 'HEAD'],
  upload: ['POST'],
};

/** An address of a provider that is a credential, kept for the caller who would have got it. */
export interface KeptLink {
  readonly id: string;
  readonly provider: string;
  readonly userId: string;
  readonly connectionId: string;
  readonly caller: Pick<Principal, 'type' | 'id'>;
  readonly kind: CapabilityKind;
  /** The request whose answer held it: what policy is asked about when it is used. */
  readonly judged: JudgedRequest;
  readonly expiresAt: Date;
}

export function keptLinkBinding({ id, userId }: Pick<KeptLink, 'id' | 'userId'>): Binding {
  return { purpose: 'proxy_link', rowId: id, userId };
}

/** The id of the kept address that a target below the proxy means. */
export function keptLinkId(target: string): string | undefined {
  if (!target.startsWith(KEPT_PATH)) return undefined;
  return target.slice(KEPT_PATH.length).split('?', 1)[0] ?? '';
}

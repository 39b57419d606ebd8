import { chainHash, personalDigest, type ChainedEvent } from '@valetkey/audit-log';

/** A link as it was read: the event, and what it states about itself and the link before. */
export interface Link {
  readonly event: ChainedEvent;
  readonly personalDigest: string;
  readonly prevHash: string;
  readonly hash: string;
}

/** The fault of a link by itself, in words; `undefined` when it matches its hash. */
export function faultOf({ event, personalDigest: digest, prevHash, hash }: Link): string | undefined {
  if (event.salt === undefined) {
    if (!isErased(event)) return 'its personal part has been changed';
  } else if (personalDigest(event as ChainedEvent & { salt: string }) !== digest) {
    return 'its personal part has been changed';
  }
  return chainHash(event, digest, prevHash) === hash ? undefined : 'it has been changed';
}

function isErased(event: ChainedEvent): boolean {
  return (
    event.userId === undefined &&
    event.ip === undefined &&
    event.arguments === undefined &&
    (event.actorType !== 'user' || event.actorId === undefined) &&
    Object.keys(event.detail).length === 0
  );
}

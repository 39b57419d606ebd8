/** Longest output, as JSON, that is kept, in bytes: reading a part of it parses the whole. */
export const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** Of a caller's kept results of direct calls for one user, so many stay: the oldest go first. */
export const MOST_KEPT = 50;

/** The caller whose run it was. */
export interface ResultOwner {
  readonly userId: string;
  readonly callerType: string;
  readonly callerId: string;
}

/** The output of an action that was too long to be handed over at once. */
export interface KeptResult extends ResultOwner {
  readonly id: string;
  readonly action: string;
  readonly connectionId: string;
  /** The task whose output it is; of a direct call, none. */
  readonly taskId: string | null;
  /** Its length as JSON. */
  readonly bytes: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

/** As much of it as its holder needs to read it. */
export type ResultHandle = Pick<KeptResult, 'id' | 'bytes' | 'expiresAt'>;

const SCHEME = 'result://';

/** Its address as a resource of MCP. */
export function resultUri(id: string): string {
  return `${SCHEME}${id}`;
}

/** The id that an address names; an id itself is one too. */
export function resultIdOf(address: string): string {
  return address.startsWith(SCHEME) ? address.slice(SCHEME.length) : address;
}

/** A message in a mailbox: the raw text, and what Gmail knows besides. */
export interface Mail {
  id: string;
  threadId: string;
  labelIds: string[];
  historyId: number;
  internalDate: number;
  /** RFC 5322 text, base64url. */
  raw: string;
}

/** A message in a mailbox: the raw text, and what Gmail knows besides. */
export interface Mail {
  id: string;
  threadId: string;
  labelIds: string[];
  historyId: number;
  internalDate: number;
  /** Id of the draft that this is the message of. */
  draftId?: string;
  /** RFC 5322 text, base64url. */
  raw: string;
}

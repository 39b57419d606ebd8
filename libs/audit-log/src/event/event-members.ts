/** The members of an event beside actor, type and outcome; the same where it is recorded and where it is hashed. */
export interface EventMembers {
  readonly userId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly taskId?: string | undefined;
  /** The connector's target. */
  readonly target?: string | undefined;
  readonly action?: string | undefined;
  readonly requestId?: string | undefined;
  /** The credential of the caller: an agent key's id, or how an operator signed in. */
  readonly keyId?: string | undefined;
  /** Scopes of the connection in force. */
  readonly scopes?: readonly string[] | undefined;
  readonly durationMs?: number | undefined;
  /** HTTP status of the provider's last answer. */
  readonly providerStatus?: number | undefined;
  readonly ip?: string | undefined;
}

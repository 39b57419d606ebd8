import type { Action } from '@valetkey/providers';
import { z } from 'zod';
import { accountName, type SealedConnection } from '../../connections/index.js';

/** The verb of the policy, which is the name of a disconnection while it waits for a person. */
export const DISCONNECT = 'connection.disconnect';

/** Its arguments. */
export const disconnection = z.strictObject({
  connectionId: z.string().max(100),
  target: z.string().max(100),
  account: z.string().max(500),
});

/** A disconnection as a person is shown it. */
export function disconnectionOf(connection: SealedConnection): z.output<typeof disconnection> {
  const { id: connectionId, target } = connection;
  return { connectionId, target, account: accountName(connection) };
}

/** The action that a disconnection stands for while it waits. It sends nothing to a provider by itself. */
export const disconnectAction: Action = {
  id: DISCONNECT,
  provider: 'connection',
  name: 'disconnect',
  title: 'Disconnect an account',
  summary: 'Removes the tokens of an account and revokes them at the provider.',
  effect: 'destructive',
  idempotency: 'none',
  scopes: [],
  recoverScopes: [],
  settleMs: 0,
  groups: [],
  input: disconnection,
  output: z.unknown(),
  // Once more changes nothing: after a crash it is simply done again.
  recover: () => Promise.resolve({ absent: true }),
  run: () => Promise.reject(new Error('a disconnection is no call of a provider')),
};

/** A disconnection in plain words. */
export function previewOfDisconnection(input: unknown): string {
  const { account, target } = disconnection.parse(input);
  return `Disconnect the account ${account} (${target}): its tokens are removed here and revoked at the provider. To use it again, the user has to connect it again.`;
}

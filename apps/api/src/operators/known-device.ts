import { createHmac } from 'node:crypto';
import { randomSecret, sameSecret } from '../platform/index.js';

/** The account that a device is known to. */
interface Account {
  readonly id: string;
  readonly passwordHash: string | null;
}

/**
 * The value that a browser keeps of a successful sign-in: a name for the device, signed for the account. It signs
 * nobody in; its holder only need not wait because of others' attempts. A change of the password invalidates it.
 * @returns `undefined` for accounts without a password, whose attempts nobody can use up by guessing
 */
export function deviceProof(account: Account, device = randomSecret(16)): string | undefined {
  if (account.passwordHash === null) return undefined;
  const mac = createHmac('sha256', account.passwordHash).update(`valetkey device ${account.id} ${device}`);
  return `${device}.${mac.digest('base64url')}`;
}

/** The name of the device, if its proof is one for this account. */
export function knownDevice(account: Account, proof: string | undefined): string | undefined {
  const [, device] = /^([\w-]{16,64})\.[\w-]{43}$/.exec(proof ?? '') ?? [];
  if (device === undefined || proof === undefined) return undefined;
  const known = deviceProof(account, device);
  return known !== undefined && sameSecret(Buffer.from(known), Buffer.from(proof)) ? device : undefined;
}

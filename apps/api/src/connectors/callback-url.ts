import type { Settings } from '../config/index.js';

/** Our own redirect URI, the one to register at the provider. */
export function callbackUrl({ publicUrl }: Settings): string {
  return `${publicUrl}/oauth/callback`;
}

import type { Settings } from '../config/index.js';

/**
 * Our own redirect URI for one connector, the one to register at its provider. Each connector has its own, so that an
 * answer of one authorization server is never taken for another's (RFC 9700, section 4.4.2).
 */
export function callbackUrl({ publicUrl }: Settings, target: string): string {
  return `${publicUrl}/oauth/callback/${target}`;
}

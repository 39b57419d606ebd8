import type { KeySealer } from '../audit-keys.js';

/** Keys in clear: what the vault does to them is its own affair. */
export const noVault: KeySealer = {
  seal: async (plaintext) => Uint8Array.from(Buffer.from(plaintext)),
  open: async (sealed) => Buffer.from(sealed).toString(),
};

import { z } from 'zod';
import type { Rewrap } from './rewrap.js';

export const rewrapView = z.object({
  id: z.string(),
  keyId: z.string().describe('The key that everything is brought under.'),
  status: z
    .enum(['running', 'finished', 'incomplete'])
    .describe('incomplete: something is left under another key, see failed and lastError.'),
  store: z.string().optional().describe('The kind of secret that is at work.'),
  done: z.int(),
  total: z.int(),
  failed: z.int().describe('Values that do not open; they are left as they are.'),
  lastError: z.string().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
});

export const vaultKeyView = z.object({
  id: z.string(),
  provider: z.string().describe('local, or the URI of the key in its key service.'),
  providerName: z.string(),
  state: z
    .enum(['seals', 'opens', 'retired', 'missing'])
    .describe(
      'seals: new secrets get it. opens: it only opens. retired: it holds nothing and may be taken out of VALETKEY_ENCRYPTION_KEYS. missing: this process does not have it.',
    ),
  createdAt: z.iso.datetime().optional(),
  secrets: z.int(),
  holds: z.record(z.string(), z.int()).describe('How many secrets of each kind it has sealed.'),
});

export const vaultView = z.object({
  keys: vaultKeyView.array(),
  unreadable: z.int().describe('Bytes that are no sealed value at all.'),
  canRotate: z.boolean().describe('A new key can be made here, under the key service of the one that seals.'),
  rewrap: rewrapView.optional().describe('The re-wrap that runs.'),
});

export type VaultView = z.output<typeof vaultView>;

export function viewRewrap({
  startedAt,
  finishedAt,
  cursor: _,
  ...rewrap
}: Rewrap): z.output<typeof rewrapView> {
  return {
    ...rewrap,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString(),
  };
}

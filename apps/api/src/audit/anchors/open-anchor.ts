import type { Anchor } from './anchor.js';
import { FileAnchor } from './file-anchor.js';
import { S3Anchor } from './s3-anchor.js';
import { WebhookAnchor } from './webhook-anchor.js';

const KINDS: Readonly<Record<string, new (url: URL) => Anchor>> = {
  'file:': FileAnchor,
  's3:': S3Anchor,
  'https:': WebhookAnchor,
  'http:': WebhookAnchor,
};

/** The anchor at an address of the setting. @throws Error for an address of another kind */
export function openAnchor(address: string): Anchor {
  const url = new URL(address);
  const Kind = KINDS[url.protocol];
  if (!Kind) throw new Error(`${url.protocol} is no kind of anchor`);
  return new Kind(url);
}

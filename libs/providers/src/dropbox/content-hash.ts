import { createHash } from 'node:crypto';

const BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * Dropbox's hash of a content: SHA-256 over the SHA-256s of its blocks of 4 MiB, in hexadecimal.
 *
 * https://www.dropbox.com/developers/reference/content-hash
 */
export function contentHash(content: Buffer): string {
  const whole = createHash('sha256');
  for (let start = 0; start < content.length; start += BLOCK_BYTES) {
    const block = content.subarray(start, start + BLOCK_BYTES);
    whole.update(createHash('sha256').update(block).digest());
  }
  return whole.digest('hex');
}

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The text of a keyring made once for this data directory; never used in production. */
export function developmentKeys(dataDir: string): string {
  const path = join(dataDir, 'encryption-keys');
  if (!existsSync(path)) {
    writeFileSync(path, `dev:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(path, 'utf8').trim();
}

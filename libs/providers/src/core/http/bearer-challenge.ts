import { isScopeToken } from '../scope-token.js';

export interface BearerChallenge {
  readonly error?: string | undefined;
  /** In the order given. Providers list what the resource accepts, not what is missing. */
  readonly scopes: readonly string[];
}

const parameter = /([A-Za-z_-]{1,40})\s*=\s*(?:"([^"\\]{0,4000})"|([^\s",]{1,400}))/g;

/** Reads `WWW-Authenticate: Bearer …` (RFC 6750 section 3). Never throws; what it can't read is not there. */
export function parseBearerChallenge(header: string | undefined): BearerChallenge | undefined {
  const start = header?.search(/\bbearer\b/i) ?? -1;
  if (!header || start < 0) return undefined;
  const found = new Map<string, string>();
  for (const [, name = '', quoted, bare] of header.slice(start, start + 8000).matchAll(parameter))
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), quoted ?? bare ?? '');
  const scopes = (found.get('scope') ?? '').split(' ').filter(isScopeToken);
  return { error: found.get('error'), scopes };
}

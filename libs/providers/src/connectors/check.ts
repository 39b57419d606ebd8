import type { CheckVerdict, ConnectorCheck, OAuthErrorAnswer } from './connector-preset.js';
import { succeeded } from './revocation.js';

/** 401 speaks of the token (RFC 6750, section 3.1); everything else that is no success, of something else. */
export function judgeByStatus(answer: OAuthErrorAnswer): CheckVerdict {
  if (succeeded(answer)) return 'alive';
  return answer.status === 401 ? 'dead' : 'unknown';
}

/** Any token may read its account. */
export const checkByStatus: ConnectorCheck = { scopes: [], judge: judgeByStatus };

/**
 * The token of `Authorization: Bearer …` (RFC 6750, section 2.1). Client libraries of providers send what they were given
 * in other ways too: Octokit as `token …`, git and others as the password of Basic. An agent's key is taken from those
 * as well, and nothing else: browsers send Basic again by themselves.
 */
export function bearerOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] =
    /^(Bearer|token|Basic) +([A-Za-z0-9._~+/=-]+)$/i.exec(authorization ?? '') ?? [];
  if (value === '' || scheme.toLowerCase() === 'bearer') return value || undefined;
  const key = scheme.toLowerCase() === 'basic' ? passwordOf(value) : value;
  return /^vk_agent_[A-Za-z0-9._~-]+$/.test(key) ? key : undefined;
}

function passwordOf(base64: string): string {
  const pair = Buffer.from(base64, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}

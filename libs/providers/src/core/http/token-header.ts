/**
 * How a token is sent: the scheme is empty where a header of its own holds it, and the header is empty where a server asks
 * for no credential.
 */
export interface TokenHeader {
  readonly header: string;
  readonly scheme: string;
}

/** The header that sends a token: `Authorization: Bearer` (RFC 6750, section 2.1), or the provider's own. */
export function tokenHeader(
  accessToken: string,
  { header, scheme }: TokenHeader = { header: 'authorization', scheme: 'Bearer' },
): Record<string, string> {
  if (header === '') return {};
  return { [header]: scheme === '' ? accessToken : `${scheme} ${accessToken}` };
}

/** Headers in which `{client_id}` stands for the id of our client. */
export function clientHeaders(
  headers: Readonly<Record<string, string>>,
  { clientId }: { readonly clientId: string },
): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]) => [
    name,
    value.replace('{client_id}', clientId),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

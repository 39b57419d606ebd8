import { mayBeRandomBytes, mayBeRandomText } from './randomness.js';

/** The settings that production judges more strictly, by the names that operators give them. */
export interface JudgedSettings {
  readonly VALETKEY_PUBLIC_URL: string | undefined;
  readonly VALETKEY_ENCRYPTION_KEYS: string | undefined;
  readonly VALETKEY_OPERATOR_API_KEY: string | undefined;
  readonly VALETKEY_REDIRECT_URIS: readonly string[] | undefined;
  readonly VALETKEY_USER_ISSUERS: readonly {
    readonly issuer: string;
    readonly jwksUri?: string | undefined;
  }[];
  readonly VALETKEY_OPERATOR_OIDC_ISSUER: string | undefined;
  readonly VALETKEY_DEMO: string;
}

const MAKE_A_KEY = 'make one with: echo "key1:$(openssl rand -base64 32)"';

/** The first setting that production refuses, in words that name it and do not repeat its value. */
export function unsafeInProduction(settings: JudgedSettings): string | undefined {
  const { VALETKEY_PUBLIC_URL: publicUrl, VALETKEY_ENCRYPTION_KEYS: keys } = settings;
  const { VALETKEY_OPERATOR_API_KEY: operatorKey, VALETKEY_REDIRECT_URIS: redirectUris = [] } = settings;
  if (!keys) return `VALETKEY_ENCRYPTION_KEYS is required when NODE_ENV=production; ${MAKE_A_KEY}`;
  if (sealsWithWeakKey(keys))
    return `VALETKEY_ENCRYPTION_KEYS: the key that seals is not random; ${MAKE_A_KEY}, put it before this one, and run npm run vault -- rewrap`;
  if (!publicUrl)
    return 'VALETKEY_PUBLIC_URL is required when NODE_ENV=production: the https address that browsers use';
  if (!isHttps(publicUrl)) return 'VALETKEY_PUBLIC_URL must be https when NODE_ENV=production';
  if (operatorKey !== undefined && !mayBeRandomText(operatorKey))
    return 'VALETKEY_OPERATOR_API_KEY can be guessed; make one with: echo "vk_op_$(openssl rand -hex 32)"';
  const redirectUri = redirectUris.findIndex((uri) => !isHttps(uri) && !isOfAnApp(uri));
  if (redirectUri !== -1)
    return `VALETKEY_REDIRECT_URIS must be https when NODE_ENV=production, or of a native app's scheme such as com.example.app:/callback; entry ${redirectUri + 1} is not`;
  const issuer = settings.VALETKEY_USER_ISSUERS.findIndex(
    ({ issuer: address, jwksUri }) => !isHttps(address) || (jwksUri !== undefined && !isHttps(jwksUri)),
  );
  if (issuer !== -1)
    return `VALETKEY_USER_ISSUERS must be https when NODE_ENV=production; entry ${issuer + 1} is not`;
  const { VALETKEY_OPERATOR_OIDC_ISSUER: operatorIssuer } = settings;
  if (operatorIssuer !== undefined && !isHttps(operatorIssuer))
    return 'VALETKEY_OPERATOR_OIDC_ISSUER must be https when NODE_ENV=production';
  if (settings.VALETKEY_DEMO === 'on') return 'VALETKEY_DEMO=on is refused when NODE_ENV=production';
  return undefined;
}

/**
 * A key further down the list may be weak: values that it sealed must open until they are re-wrapped under a better
 * one.
 */
function sealsWithWeakKey(keys: string): boolean {
  const first = keys.split(',')[0]?.trim() ?? '';
  if (first.includes('://')) return false;
  const bytes = Buffer.from(first.slice(first.indexOf(':') + 1), 'base64');
  return bytes.length === 32 && !mayBeRandomBytes(bytes);
}

function isHttps(address: string): boolean {
  return new URL(address).protocol === 'https:';
}

/** RFC 8252, section 7.1: a scheme that is the reversed name of a domain of the app's maker. */
function isOfAnApp(uri: string): boolean {
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(new URL(uri).protocol);
}

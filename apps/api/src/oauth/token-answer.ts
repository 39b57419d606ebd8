import { valueAt, type TokenAnswerStyle } from '@valetkey/providers';

const LONGEST_S = 10 * 365 * 86_400;

/** The token response, reduced to the members that all providers have in common (RFC 6749, section 5.1). */
export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** Seconds. */
  readonly expiresIn: number | undefined;
  /** Empty means that nothing was granted; absent means that all requested scopes were. */
  readonly scope: string | undefined;
  readonly idToken: string | undefined;
  /** Omitted by some servers, though RFC 6749 requires it. */
  readonly tokenType: string | undefined;
}

/**
 * Reads a token endpoint's success. A member that is null, or empty where that has no meaning, counts as absent: an
 * expiry of null is not an expiry now, and an empty refresh token does not replace a valid one.
 * @param style where the server has them, if not where the standard says
 * @returns `undefined` when there is no access token
 */
export function tokenAnswerOf(
  body: Readonly<Record<string, unknown>>,
  style?: TokenAnswerStyle,
): TokenAnswer | undefined {
  // Slack nests a user's tokens when it answers a code, and not when it refreshes them.
  const isNested = style?.accessToken !== undefined && valueAt(body, style.accessToken) !== undefined;
  const at = (path: string | undefined, name: string) =>
    path !== undefined && (isNested || style?.accessToken === undefined) ? valueAt(body, path) : body[name];
  const accessToken = filled(at(style?.accessToken, 'access_token'));
  if (accessToken === undefined) return undefined;
  const refreshToken = filled(at(style?.refreshToken, 'refresh_token'));
  const expiresIn = seconds(at(style?.expiresIn, 'expires_in'));
  return {
    accessToken,
    refreshToken,
    expiresIn: expiresIn ?? (refreshToken === undefined ? undefined : style?.assumedLifeSeconds),
    scope: scopeText(at(style?.scope, 'scope')),
    idToken: filled(body['id_token']),
    tokenType: typeText(body['token_type']),
  };
}

/** The members of a response, whether it is JSON or a form; none when it is neither. */
export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  const isForm = /x-www-form-urlencoded/.test(response.headers.get('content-type') ?? '');
  // Some servers return forms without the content type.
  if (isForm || /^\w+=/.test(text)) return Object.fromEntries(new URLSearchParams(text));
  try {
    const json: unknown = JSON.parse(text);
    return json !== null && typeof json === 'object' ? (json as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A response reduced to the parts that classify it as a failure. */
export async function errorAnswer(response: Response) {
  const body = await bodyOf(response);
  // In a server error (5xx), an object as `error` is no OAuth refusal.
  const error = response.status < 500 ? errorText(body['error']) : filled(body['error']);
  return {
    status: response.status,
    error: (error ?? filled(body['error_summary']))?.slice(0, 500),
    description: filled(body['error_description'])?.slice(0, 500),
    contentType: response.headers.get('content-type') ?? undefined,
  };
}

/**
 * The status or kind of response that shows that no such endpoint is there; `undefined` when the response may be the
 * endpoint's own.
 */
export function misplacedBy({ status }: Response, name: string): string | undefined {
  if ([404, 405, 406, 410, 411, 414, 415, 501].includes(status))
    return `${name} is not where it is looked for, or is another thing (status ${status})`;
  if (status >= 300 && status < 400) return `${name} sends us elsewhere (status ${status})`;
  return undefined;
}

/** Whether a response is a web page, by its content type or its content. */
export async function isPage(response: Response): Promise<boolean> {
  const isCalledSo = /html/i.test(response.headers.get('content-type') ?? '');
  return isCalledSo || /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(await response.clone().text());
}

/** The kind of a response, in words for the operator who configured the address. */
export async function kindOf(response: Response): Promise<string> {
  const text = await response.clone().text();
  if (text.trim() === '') return 'nothing';
  if (await isPage(response)) return 'a page (HTML)';
  const body = await bodyOf(response.clone());
  const names = Object.keys(body).map((name) => name.replace(/[^\w.-]/g, '').slice(0, 40));
  if (names.length === 0) return 'what is neither JSON nor a form';
  return `members ${names.slice(0, 10).join(', ')}`;
}

/** Some servers wrap OAuth's `error` in an object. */
function errorText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return filled(value);
  const members = value as Readonly<Record<string, unknown>>;
  const texts = ['error', 'code', 'type', 'status', 'message'].map((name) => filled(members[name]));
  return texts.find((one) => one !== undefined);
}

/** A value that is not text is an unknown type. */
function typeText(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? filled(value.trim()) : JSON.stringify(value);
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Whole seconds up to ten years, which a date can hold; a negative lifetime means none (some servers mean "for good").
 */
function seconds(value: unknown): number | undefined {
  const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  const lifetime = isNumber ? Number(value) : Number.NaN;
  if (Number.isNaN(lifetime) || lifetime < 0) return undefined;
  return Math.min(Math.floor(lifetime), LONGEST_S);
}

/** Some servers list scopes as an array. */
function scopeText(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.filter((one) => typeof one === 'string').join(' ');
  return typeof value === 'string' ? value : undefined;
}

import { isLoopbackHost } from '../../platform/index.js';

/** How a key service failed. */
export type KeyServiceFault =
  | 'unreachable'
  | 'denied'
  | 'no_credentials'
  | 'unknown_key'
  | 'unusable_key'
  | 'refused'
  | 'unexpected_answer';

const WORDS: Readonly<Record<KeyServiceFault, string>> = {
  unreachable: 'cannot be reached',
  denied: 'denies the use of the key',
  no_credentials: 'has no credentials to be asked with',
  unknown_key: 'does not know the key',
  unusable_key: 'cannot use the key: it is disabled, being deleted, or not for encryption',
  refused: 'does not open what it wrapped: another key, or changed bytes',
  unexpected_answer: 'gave an answer that makes no sense',
};

/** A key service failed. The message names service, key and cause in our words; nothing of its answer is repeated. */
export class KeyServiceError extends Error {
  override readonly name = 'KeyServiceError';

  /** @param code the service's own short code for the cause, such as `AccessDeniedException` */
  constructor(
    readonly service: string,
    readonly key: string,
    readonly fault: KeyServiceFault,
    readonly code: string,
    advice = '',
  ) {
    super(`${service} ${WORDS[fault]} (${key}; ${code})${advice && `; ${advice}`}`);
  }
}

/**
 * A key in a key service, which wraps our key-encryption keys. It is asked when a process starts and when a new
 * key-encryption key is made, never when a secret is sealed or opened.
 */
export interface KeyService {
  /** The common name of the service, for example `AWS KMS`. */
  readonly name: string;
  /** The key's URI without options: what `vault_keys.provider` holds. It names no credential. */
  readonly uri: string;
  /** Wraps a key-encryption key, bound to its id where the service can. @throws KeyServiceError */
  wrap(key: Uint8Array, keyId: string): Promise<Uint8Array>;
  /** Unwraps what `wrap` gave for the same id. @throws KeyServiceError */
  unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array>;
}

/** One kind of key service: the scheme of its URIs and how a key of it is opened. */
export interface KeyServiceKind {
  /** Without `://`. */
  readonly scheme: string;
  readonly name: string;
  /** The shape of its URIs, for messages and help. */
  readonly example: string;
  /** Nothing is asked of the service yet. @throws InvalidKeyUri */
  open(uri: KeyUri, env: Environment): KeyService;
}

/** The process's environment: services take their credentials from there and from nowhere else. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key URI that is invalid; the message never repeats the URI. */
export class InvalidKeyUri extends Error {
  override readonly name = 'InvalidKeyUri';
}

/** The parts of `scheme://[host]/path[?option=value]`. */
export interface KeyUri {
  readonly scheme: string;
  /** Host and port; empty when the URI names none. */
  readonly host: string;
  /** Without the leading slash. */
  readonly path: string;
  /** The options of the URI; opening the key refuses those that its kind of service does not have. */
  readonly options: ReadonlyMap<string, string>;
}

/** @throws InvalidKeyUri */
export function parseKeyUri(text: string): KeyUri {
  if (!URL.canParse(text)) throw new InvalidKeyUri('is no URI');
  const url = new URL(text);
  if (url.username || url.password)
    throw new InvalidKeyUri("holds a user or password; credentials come from the service's own environment");
  if (url.hash) throw new InvalidKeyUri('has a fragment');
  return {
    scheme: url.protocol.slice(0, -1),
    host: url.host,
    path: url.pathname.replace(/^\//, ''),
    options: new Map(url.searchParams),
  };
}

/** The URI as it is recorded with the keys it wraps: which key it is, not how to reach it. */
export function recordedUri({ scheme, host, path }: KeyUri): string {
  return `${scheme}://${host}/${path}`;
}

/** @throws InvalidKeyUri for an option that this kind of service does not have */
export function requireOptions({ options }: KeyUri, known: readonly string[]): void {
  for (const name of options.keys()) {
    if (!known.includes(name))
      throw new InvalidKeyUri(
        known.length > 0 ? `has an option other than ${known.join(', ')}` : 'has options, and there are none',
      );
  }
}

/** The option `endpoint`, without a trailing slash: https, or http on this machine. @throws InvalidKeyUri */
export function endpointOption({ options }: KeyUri): string | undefined {
  const text = options.get('endpoint');
  if (text === undefined) return undefined;
  if (!URL.canParse(text)) throw new InvalidKeyUri('has an endpoint that is no URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackHost(url.hostname)))
    throw new InvalidKeyUri('has an endpoint without https; plain http is for loopback only');
  if (url.username || url.password || url.search || url.hash)
    throw new InvalidKeyUri('has an endpoint that is more than scheme, host, port and path');
  return text.replace(/(?<!\/)\/+$/, '');
}

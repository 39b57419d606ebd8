import { crc32c } from './crc32c.js';
import {
  endpointOption,
  InvalidKeyUri,
  KeyServiceError,
  recordedUri,
  requireOptions,
  type KeyService,
  type KeyServiceFault,
  type KeyServiceKind,
} from './key-service.js';
import { networkCode, postJson, REQUEST_MS, withPatience } from './key-service-http.js';

const NAME = 'Google Cloud KMS';
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';
const KEY = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

const FAULTS: Readonly<Record<string, KeyServiceFault>> = {
  PERMISSION_DENIED: 'denied',
  UNAUTHENTICATED: 'denied',
  NOT_FOUND: 'unknown_key',
  FAILED_PRECONDITION: 'unusable_key',
  INVALID_ARGUMENT: 'refused',
  UNAVAILABLE: 'unreachable',
  INTERNAL: 'unreachable',
  DEADLINE_EXCEEDED: 'unreachable',
  RESOURCE_EXHAUSTED: 'unreachable',
};

const ADVICE: Partial<Record<KeyServiceFault, string>> = {
  denied: 'it takes the role roles/cloudkms.cryptoKeyEncrypterDecrypter on this key',
  no_credentials: 'set GOOGLE_APPLICATION_CREDENTIALS, or run where a service account is attached',
};

interface Answer {
  readonly ciphertext?: string;
  readonly ciphertextCrc32c?: string;
  readonly plaintext?: string;
  readonly plaintextCrc32c?: string;
  readonly verifiedPlaintextCrc32c?: boolean;
  readonly verifiedAdditionalAuthenticatedDataCrc32c?: boolean;
  readonly error?: { readonly status?: string };
}

/**
 * A symmetric key in Google Cloud KMS, over its REST API; checksums go both ways, as Google recommends. The id of the
 * key that it wraps is additional authenticated data. Credentials are Application Default Credentials.
 */
export const googleKms: KeyServiceKind = {
  scheme: 'gcp-kms',
  name: NAME,
  example: 'gcp-kms:///projects/…/locations/…/keyRings/…/cryptoKeys/…',
  open(uri) {
    requireOptions(uri, ['endpoint']);
    if (uri.host || !KEY.test(uri.path))
      throw new InvalidKeyUri('is not gcp-kms:///projects/…/locations/…/keyRings/…/cryptoKeys/…');
    const endpoint = endpointOption(uri) ?? 'https://cloudkms.googleapis.com';
    return new GoogleKmsKey(recordedUri(uri), uri.path, endpoint);
  },
};

class GoogleKmsKey implements KeyService {
  readonly name = NAME;

  constructor(
    readonly uri: string,
    private readonly key: string,
    private readonly endpoint: string,
  ) {}

  async wrap(key: Uint8Array, keyId: string): Promise<Uint8Array> {
    const answer = await this.ask('encrypt', {
      plaintext: base64(key),
      plaintextCrc32c: checksum(key),
      ...authenticated(keyId),
    });
    const seen = answer.verifiedPlaintextCrc32c && answer.verifiedAdditionalAuthenticatedDataCrc32c;
    if (!seen) throw this.error('unexpected_answer', 'the request was changed on its way');
    return this.bytes(answer.ciphertext, answer.ciphertextCrc32c);
  }

  async unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array> {
    const answer = await this.ask('decrypt', {
      ciphertext: base64(wrapped),
      ciphertextCrc32c: checksum(wrapped),
      ...authenticated(keyId),
    });
    return this.bytes(answer.plaintext, answer.plaintextCrc32c);
  }

  private async ask(method: 'encrypt' | 'decrypt', body: object): Promise<Answer> {
    const authorization = await this.authorization();
    const url = `${this.endpoint}/v1/${this.key}:${method}`;
    return withPatience(async () => {
      const answer = await postJson(url, { authorization }, body).catch((error: unknown) => {
        throw this.error('unreachable', networkCode(error));
      });
      if (answer.status === 200 && answer.body) return answer.body as Answer;
      const status = (answer.body as Answer | undefined)?.error?.status ?? '';
      const known = FAULTS[status] ?? (answer.status >= 500 ? 'unreachable' : 'unexpected_answer');
      throw this.error(known, FAULTS[status] ? status : `HTTP ${answer.status}`);
    });
  }

  /** Its project is that of the key: the library would look up another one over the network, for nothing. */
  private async authorization(): Promise<string> {
    const { GoogleAuth } = await import('google-auth-library');
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('timeout')), 3 * REQUEST_MS).unref();
    });
    try {
      const headers = await Promise.race([
        new GoogleAuth({ scopes: SCOPE, projectId: this.key.split('/')[1] ?? '' }).getRequestHeaders(),
        late,
      ]);
      return headers.get('authorization') ?? '';
    } catch (error) {
      const { message = '' } = error as { message?: string };
      throw this.error('no_credentials', message === 'timeout' ? 'timeout' : networkCode(error));
    }
  }

  private bytes(text: string | undefined, crc: string | undefined): Uint8Array {
    const bytes = Buffer.from(text ?? '', 'base64');
    if (bytes.length === 0) throw this.error('unexpected_answer', 'no bytes');
    if (crc !== checksum(bytes)) throw this.error('unexpected_answer', 'the answer was changed on its way');
    return bytes;
  }

  private error(fault: KeyServiceFault, code: string): KeyServiceError {
    return new KeyServiceError(NAME, this.key, fault, code, ADVICE[fault]);
  }
}

function authenticated(keyId: string) {
  const data = Buffer.from(`valetkey:${keyId}`);
  return {
    additionalAuthenticatedData: base64(data),
    additionalAuthenticatedDataCrc32c: checksum(data),
  };
}

/** An int64 of the API: a decimal in a string. */
function checksum(bytes: Uint8Array): string {
  return String(crc32c(bytes));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

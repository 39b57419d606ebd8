import type { DecryptCommandOutput, EncryptCommandOutput, KMSClient } from '@aws-sdk/client-kms';
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
import { networkCode, REQUEST_MS, withPatience } from './key-service-http.js';

const NAME = 'AWS KMS';
const ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)\/[A-Za-z0-9/_-]+$/;

const FAULTS: Readonly<Record<string, KeyServiceFault>> = {
  AccessDeniedException: 'denied',
  UnrecognizedClientException: 'denied',
  InvalidSignatureException: 'denied',
  IncompleteSignature: 'denied',
  ExpiredTokenException: 'denied',
  InvalidClientTokenId: 'denied',
  CredentialsProviderError: 'no_credentials',
  NotFoundException: 'unknown_key',
  DisabledException: 'unusable_key',
  KMSInvalidStateException: 'unusable_key',
  InvalidKeyUsageException: 'unusable_key',
  InvalidCiphertextException: 'refused',
  IncorrectKeyException: 'refused',
  KeyUnavailableException: 'unreachable',
  DependencyTimeoutException: 'unreachable',
  KMSInternalException: 'unreachable',
  ThrottlingException: 'unreachable',
};

const ADVICE: Partial<Record<KeyServiceFault, string>> = {
  denied: 'it takes kms:Encrypt and kms:Decrypt on this key',
  no_credentials: 'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile or a role',
};

/**
 * A symmetric key in AWS KMS, by its ARN or its alias's ARN. The id of the key that it wraps is its encryption
 * context. Credentials come from the AWS SDK's own chain; the region from the ARN.
 */
export const awsKms: KeyServiceKind = {
  scheme: 'aws-kms',
  name: NAME,
  example: 'aws-kms:///arn:aws:kms:eu-west-1:111122223333:key/…',
  open(uri) {
    requireOptions(uri, ['endpoint']);
    const region = ARN.exec(uri.path)?.[1];
    if (uri.host || region === undefined)
      throw new InvalidKeyUri('is not aws-kms:///<ARN of the key or its alias>');
    return new AwsKmsKey(recordedUri(uri), uri.path, region, endpointOption(uri));
  },
};

class AwsKmsKey implements KeyService {
  readonly name = NAME;

  constructor(
    readonly uri: string,
    private readonly arn: string,
    private readonly region: string,
    private readonly endpoint: string | undefined,
  ) {}

  async wrap(key: Uint8Array, keyId: string): Promise<Uint8Array> {
    const { EncryptCommand } = await import('@aws-sdk/client-kms');
    const command = () => new EncryptCommand({ KeyId: this.arn, Plaintext: key, ...context(keyId) });
    const answer = await this.ask<EncryptCommandOutput>((client, options) => client.send(command(), options));
    return this.bytes(answer.CiphertextBlob);
  }

  async unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array> {
    const { DecryptCommand } = await import('@aws-sdk/client-kms');
    const command = () => new DecryptCommand({ KeyId: this.arn, CiphertextBlob: wrapped, ...context(keyId) });
    const answer = await this.ask<DecryptCommandOutput>((client, options) => client.send(command(), options));
    return this.bytes(answer.Plaintext);
  }

  /** The client lives for one question: between starts and rotations it would only take memory. */
  private async ask<Answer>(
    send: (client: KMSClient, options: { abortSignal: AbortSignal }) => Promise<Answer>,
  ): Promise<Answer> {
    const { KMSClient } = await import('@aws-sdk/client-kms');
    const client = new KMSClient({
      region: this.region,
      maxAttempts: 1,
      requestHandler: { connectionTimeout: REQUEST_MS, requestTimeout: REQUEST_MS },
      ...(this.endpoint === undefined ? {} : { endpoint: this.endpoint }),
    });
    try {
      return await withPatience(() =>
        send(client, { abortSignal: AbortSignal.timeout(REQUEST_MS) }).catch((error: unknown) => {
          throw this.judge(error);
        }),
      );
    } finally {
      client.destroy();
    }
  }

  private judge(error: unknown): KeyServiceError {
    const { name = '', $response } = error as { name?: string; $response?: unknown };
    const code = /^[A-Za-z]{3,64}$/.test(name) ? name : 'unknown';
    const fault = FAULTS[code] ?? ($response === undefined ? 'unreachable' : 'unexpected_answer');
    const isNetwork = fault === 'unreachable' && FAULTS[code] === undefined;
    return new KeyServiceError(NAME, this.arn, fault, isNetwork ? networkCode(error) : code, ADVICE[fault]);
  }

  private bytes(bytes: Uint8Array | undefined): Uint8Array {
    if (!bytes) throw new KeyServiceError(NAME, this.arn, 'unexpected_answer', 'no bytes');
    return bytes;
  }
}

function context(keyId: string) {
  return { EncryptionContext: { application: 'valetkey', keyId } };
}

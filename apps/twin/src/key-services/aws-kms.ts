import { createHash, createHmac } from 'node:crypto';
import {
  bytesOf,
  jsonOf,
  type KeyServiceAnswer,
  type KeyServiceMood,
  type KeyServiceRequest,
} from './exchange.js';
import { MasterKey } from './master-key.js';

export const AWS_KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
export const AWS_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIATWINTWINTWINTWIN',
  AWS_SECRET_ACCESS_KEY: 'twin-secret-access-key-of-nobody',
} as const;

const REFUSALS: Partial<Record<KeyServiceMood, [status: number, type: string]>> = {
  denying: [400, 'AccessDeniedException'],
  keyless: [400, 'NotFoundException'],
  disabled: [400, 'DisabledException'],
  failing: [500, 'KMSInternalException'],
};

/** Encrypt and Decrypt of AWS KMS: JSON 1.1, requests signed with Signature Version 4. */
export class AwsKms {
  private readonly key = new MasterKey();

  answer(request: KeyServiceRequest, mood: KeyServiceMood): KeyServiceAnswer {
    if (!isSigned(request)) return refusal(400, 'InvalidSignatureException');
    const refused = REFUSALS[mood];
    if (refused) return refusal(...refused);
    const body = jsonOf(request.body);
    if (body['KeyId'] !== AWS_KEY_ARN) return refusal(400, 'NotFoundException');
    const context = contextOf(body['EncryptionContext']);
    const target = String(request.headers['x-amz-target']);
    if (target === 'TrentService.Encrypt') return this.encrypt(bytesOf(body['Plaintext']), context);
    if (target === 'TrentService.Decrypt')
      return this.decrypt(bytesOf(body['CiphertextBlob']), context, mood);
    return refusal(400, 'UnknownOperationException');
  }

  private encrypt(plaintext: Buffer | undefined, context: Buffer): KeyServiceAnswer {
    if (!plaintext || plaintext.length === 0 || plaintext.length > 4096)
      return refusal(400, 'ValidationException');
    const blob = this.key.encrypt(plaintext, context).toString('base64');
    return good({ CiphertextBlob: blob, EncryptionAlgorithm: 'SYMMETRIC_DEFAULT', KeyId: AWS_KEY_ARN });
  }

  private decrypt(blob: Buffer | undefined, context: Buffer, mood: KeyServiceMood): KeyServiceAnswer {
    const plaintext = blob && this.key.decrypt(blob, context, 1);
    if (!plaintext) return refusal(400, 'InvalidCiphertextException');
    const shown = mood === 'lying' ? plaintext.subarray(1) : plaintext;
    return good({
      Plaintext: shown.toString('base64'),
      EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      KeyId: AWS_KEY_ARN,
    });
  }
}

/** The encryption context is authenticated whatever the order of its members. */
function contextOf(context: unknown): Buffer {
  const pairs = Object.entries((context ?? {}) as Record<string, string>).sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return Buffer.from(JSON.stringify(pairs));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function isSigned({ method, path, headers, body }: KeyServiceRequest): boolean {
  const [, scope = '', signedHeaders = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const [accessKey, day = '', region = '', service = ''] = scope.split('/');
  if (accessKey !== AWS_CREDENTIALS.AWS_ACCESS_KEY_ID || service !== 'kms') return false;
  const names = signedHeaders.split(';');
  if (!names.includes('host') || !names.includes('x-amz-date')) return false;
  const canonical = [
    method,
    path,
    '',
    ...names.map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const scopeOfKey = [day, region, service, 'aws4_request'];
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scopeOfKey.join('/'), sha256(canonical)].join(
    '\n',
  );
  const secret = Buffer.from(`AWS4${AWS_CREDENTIALS.AWS_SECRET_ACCESS_KEY}`);
  const signingKey = scopeOfKey.reduce<Buffer>((key, part) => hmac(key, part), secret);
  return hmac(signingKey, text).toString('hex') === signature;
}

function sha256(value: string | Buffer): string {
  return createHash('sha256').update(value).digest('hex');
}

function hmac(key: Buffer, value: string): Buffer {
  return createHmac('sha256', key).update(value).digest();
}

function good(body: unknown): KeyServiceAnswer {
  return { status: 200, body, contentType: 'application/x-amz-json-1.1' };
}

function refusal(status: number, type: string): KeyServiceAnswer {
  const message = 'twin: refused, and this text is for nobody';
  return { status, body: { __type: type, message }, contentType: 'application/x-amz-json-1.1' };
}

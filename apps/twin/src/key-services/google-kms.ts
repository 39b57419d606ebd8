import { crc32 } from 'node:zlib';
import {
  bytesOf,
  jsonOf,
  type KeyServiceAnswer,
  type KeyServiceMood,
  type KeyServiceRequest,
} from './exchange.js';
import { MasterKey } from './master-key.js';

export const GOOGLE_KEY = 'projects/twin/locations/europe/keyRings/ring/cryptoKeys/valetkey';
const ACCESS_TOKEN = 'ya29.twin-key-service';

const REFUSALS: Partial<Record<KeyServiceMood, [code: number, status: string]>> = {
  denying: [403, 'PERMISSION_DENIED'],
  keyless: [404, 'NOT_FOUND'],
  disabled: [400, 'FAILED_PRECONDITION'],
  failing: [503, 'UNAVAILABLE'],
};

/** `encrypt` and `decrypt` of Cloud KMS over REST, with its checksums, and the token service that credentials name. */
export class GoogleKms {
  private readonly key = new MasterKey();

  answer(request: KeyServiceRequest, mood: KeyServiceMood): KeyServiceAnswer {
    if (request.headers.authorization !== `Bearer ${ACCESS_TOKEN}`) return refusal(401, 'UNAUTHENTICATED');
    const refused = REFUSALS[mood];
    if (refused) return refusal(...refused);
    const [, name, method] = /^\/v1\/(projects\/.+):(encrypt|decrypt)$/.exec(request.path) ?? [];
    if (name !== GOOGLE_KEY) return refusal(404, 'NOT_FOUND');
    const body = jsonOf(request.body);
    const data = bytesOf(body['additionalAuthenticatedData']) ?? Buffer.alloc(0);
    if (!fits(data, body['additionalAuthenticatedDataCrc32c'])) return refusal(400, 'INVALID_ARGUMENT');
    return method === 'encrypt' ? this.encrypt(body, data, mood) : this.decrypt(body, data, mood);
  }

  /** RFC 8693, for credentials of the kind `external_account`. */
  exchangeToken({ body }: KeyServiceRequest): KeyServiceAnswer {
    const form = new URLSearchParams(body.toString());
    if (form.get('subject_token') !== 'twin-subject-token')
      return { status: 400, body: { error: 'invalid_grant' } };
    return {
      status: 200,
      body: {
        access_token: ACCESS_TOKEN,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      },
    };
  }

  private encrypt(body: Record<string, unknown>, data: Buffer, mood: KeyServiceMood): KeyServiceAnswer {
    const plaintext = bytesOf(body['plaintext']);
    if (!plaintext || !fits(plaintext, body['plaintextCrc32c'])) return refusal(400, 'INVALID_ARGUMENT');
    const ciphertext = this.key.encrypt(plaintext, data);
    return {
      status: 200,
      body: {
        name: `${GOOGLE_KEY}/cryptoKeyVersions/1`,
        ciphertext: ciphertext.toString('base64'),
        ciphertextCrc32c: crc32c(ciphertext),
        verifiedPlaintextCrc32c: mood !== 'lying' && body['plaintextCrc32c'] !== undefined,
        verifiedAdditionalAuthenticatedDataCrc32c: body['additionalAuthenticatedDataCrc32c'] !== undefined,
        protectionLevel: 'SOFTWARE',
      },
    };
  }

  private decrypt(body: Record<string, unknown>, data: Buffer, mood: KeyServiceMood): KeyServiceAnswer {
    const ciphertext = bytesOf(body['ciphertext']);
    if (!ciphertext || !fits(ciphertext, body['ciphertextCrc32c'])) return refusal(400, 'INVALID_ARGUMENT');
    const plaintext = this.key.decrypt(ciphertext, data, 1);
    if (!plaintext) return refusal(400, 'INVALID_ARGUMENT');
    const changed = Buffer.from(plaintext);
    if (mood === 'lying') changed[0] = (changed[0] ?? 0) ^ 1;
    return {
      status: 200,
      body: {
        plaintext: changed.toString('base64'),
        plaintextCrc32c: crc32c(plaintext),
        usedPrimary: true,
        protectionLevel: 'SOFTWARE',
      },
    };
  }
}

/** Whether a checksum was sent and is right, or was left out. */
function fits(bytes: Buffer, checksum: unknown): boolean {
  return checksum === undefined || checksum === crc32c(bytes);
}

/**
 * CRC-32C bit by bit, as a decimal. Its table-driven sister in the product is of another make; `node:zlib` has the
 * other polynomial only, with which the loop is checked first.
 */
function crc32c(bytes: Buffer): string {
  if (crc(bytes, 0xedb88320) !== crc32(bytes)) throw new Error('the loop is wrong');
  return String(crc(bytes, 0x82f63b78));
}

function crc(bytes: Buffer, polynomial: number): number {
  let register = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const carry = (register ^ (byte >>> bit)) & 1;
      register = carry ? (register >>> 1) ^ polynomial : register >>> 1;
    }
  }
  return (register ^ 0xffffffff) >>> 0;
}

function refusal(code: number, status: string): KeyServiceAnswer {
  return {
    status: code,
    body: { error: { code, status, message: 'twin: refused, and this text is for nobody' } },
  };
}

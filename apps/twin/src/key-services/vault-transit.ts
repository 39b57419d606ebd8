import {
  bytesOf,
  jsonOf,
  type KeyServiceAnswer,
  type KeyServiceMood,
  type KeyServiceRequest,
} from './exchange.js';
import { MasterKey } from './master-key.js';

export const TRANSIT_PATH = 'transit/keys/valetkey';
export const TRANSIT_TOKEN = 'hvs.twin-key-service';

const REFUSALS: Partial<Record<KeyServiceMood, [status: number, error: string]>> = {
  denying: [403, '1 error occurred:\n\t* permission denied\n\n'],
  keyless: [400, 'encryption key not found'],
  disabled: [400, 'key type ecdsa-p256 does not support encryption: not supported'],
  failing: [503, 'Vault is sealed'],
};

/** `encrypt` and `decrypt` of the Transit engine of Vault and OpenBao, for a key of type `aes256-gcm96`. */
export class VaultTransit {
  readonly key = new MasterKey();

  answer(request: KeyServiceRequest, mood: KeyServiceMood): KeyServiceAnswer {
    if (request.headers['x-vault-token'] !== TRANSIT_TOKEN) return refusal(403, 'permission denied');
    const refused = REFUSALS[mood];
    if (refused) return refusal(...refused);
    const [, method, name] = /^\/v1\/transit\/(encrypt|decrypt)\/([^/]+)$/.exec(request.path) ?? [];
    if (method === undefined) return refusal(404, 'no handler for route');
    if (name !== 'valetkey') return refusal(400, 'encryption key not found');
    const body = jsonOf(request.body);
    const data = bytesOf(body['associated_data']) ?? Buffer.alloc(0);
    return method === 'encrypt' ? this.encrypt(body, data) : this.decrypt(body, data, mood);
  }

  private encrypt(body: Record<string, unknown>, data: Buffer): KeyServiceAnswer {
    const plaintext = bytesOf(body['plaintext']);
    if (!plaintext) return refusal(400, 'missing plaintext to encrypt');
    const { version } = this.key;
    const ciphertext = `vault:v${version}:${this.key.encrypt(plaintext, data).toString('base64')}`;
    return good({ ciphertext, key_version: version });
  }

  private decrypt(body: Record<string, unknown>, data: Buffer, mood: KeyServiceMood): KeyServiceAnswer {
    const [, version, text] = /^vault:v(\d+):(.+)$/.exec(String(body['ciphertext'])) ?? [];
    if (text === undefined) return refusal(400, 'invalid ciphertext: no prefix');
    const plaintext = this.key.decrypt(Buffer.from(text, 'base64'), data, Number(version));
    if (!plaintext) return refusal(400, 'cipher: message authentication failed');
    return good({ plaintext: (mood === 'lying' ? plaintext.subarray(1) : plaintext).toString('base64') });
  }
}

function good(data: unknown): KeyServiceAnswer {
  const rest = {
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    wrap_info: null,
    warnings: null,
    auth: null,
  };
  return { status: 200, body: { request_id: 'b4fc2f6a-0000-4000-8000-000000000000', ...rest, data } };
}

function refusal(status: number, error: string): KeyServiceAnswer {
  return { status, body: { errors: [error] } };
}

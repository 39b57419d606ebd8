import { readFileSync } from 'node:fs';
import { isLoopbackHost } from '../../platform/index.js';
import {
  InvalidKeyUri,
  KeyServiceError,
  recordedUri,
  requireOptions,
  type Environment,
  type KeyService,
  type KeyServiceFault,
  type KeyServiceKind,
} from './key-service.js';
import { networkCode, postJson, withPatience } from './key-service-http.js';

const NAME = 'Vault Transit';
const PATH = /^([A-Za-z0-9_./-]+)\/keys\/([A-Za-z0-9_.-]+)$/;

const ADVICE: Partial<Record<KeyServiceFault, string>> = {
  denied: "its token's policy has to allow update on encrypt/ and decrypt/ of this key",
  no_credentials: 'set VAULT_TOKEN or VAULT_TOKEN_FILE',
};

interface Answer {
  readonly data?: { readonly ciphertext?: string; readonly plaintext?: string };
  readonly errors?: readonly unknown[];
}

/**
 * A key of the Transit engine of HashiCorp Vault or OpenBao, of a type with associated data (`aes256-gcm96`,
 * `chacha20-poly1305`): the id of the key that it wraps. The token is that of VAULT_TOKEN or in VAULT_TOKEN_FILE, the
 * namespace that of VAULT_NAMESPACE. https, or with `?tls=off` plain http on this machine.
 */
export const vaultTransit: KeyServiceKind = {
  scheme: 'vault-transit',
  name: NAME,
  example: 'vault-transit://vault.example.com:8200/transit/keys/valetkey',
  open(uri, env) {
    requireOptions(uri, ['tls']);
    const [, mount, key] = PATH.exec(uri.path) ?? [];
    if (!uri.host || mount === undefined || key === undefined)
      throw new InvalidKeyUri('is not vault-transit://<host>[:port]/<mount>/keys/<name>');
    const isPlain = uri.options.get('tls') === 'off';
    if (uri.options.has('tls') && !isPlain) throw new InvalidKeyUri('has an option tls other than off');
    const hostname = new URL(`http://${uri.host}`).hostname;
    if (isPlain && !isLoopbackHost(hostname))
      throw new InvalidKeyUri('switches TLS off for another machine; plain http is for loopback only');
    const base = `${isPlain ? 'http' : 'https'}://${uri.host}/v1/${mount}`;
    return new TransitKey(recordedUri(uri), base, key, env);
  },
};

class TransitKey implements KeyService {
  readonly name = NAME;

  constructor(
    readonly uri: string,
    private readonly base: string,
    private readonly key: string,
    private readonly env: Environment,
  ) {}

  async wrap(key: Uint8Array, keyId: string): Promise<Uint8Array> {
    const { data } = await this.ask('encrypt', { plaintext: base64(key), ...associated(keyId) });
    if (!data?.ciphertext) throw this.error('unexpected_answer', 'no ciphertext');
    return Buffer.from(data.ciphertext);
  }

  async unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array> {
    const ciphertext = Buffer.from(wrapped).toString();
    const { data } = await this.ask('decrypt', { ciphertext, ...associated(keyId) });
    if (!data?.plaintext) throw this.error('unexpected_answer', 'no plaintext');
    return Buffer.from(data.plaintext, 'base64');
  }

  private async ask(method: 'encrypt' | 'decrypt', body: object): Promise<Answer> {
    const headers = { 'x-vault-token': this.token(), 'x-vault-request': 'true', ...namespace(this.env) };
    return withPatience(async () => {
      const url = `${this.base}/${method}/${this.key}`;
      const answer = await postJson(url, headers, body).catch((error: unknown) => {
        throw this.error('unreachable', networkCode(error));
      });
      if (answer.status === 200 && answer.body) return answer.body as Answer;
      throw this.error(faultOf(answer.status, answer.body as Answer | undefined), `HTTP ${answer.status}`);
    });
  }

  /** Read at each question: an agent beside us may put a new token into the file at any time. */
  private token(): string {
    const { VAULT_TOKEN: token, VAULT_TOKEN_FILE: file } = this.env;
    if (token) return token;
    if (!file) throw this.error('no_credentials', 'no token');
    try {
      return readFileSync(file, 'utf8').trim();
    } catch (error) {
      throw this.error('no_credentials', `VAULT_TOKEN_FILE: ${networkCode(error)}`);
    }
  }

  private error(fault: KeyServiceFault, code: string): KeyServiceError {
    return new KeyServiceError(NAME, this.uri, fault, code, ADVICE[fault]);
  }
}

/** https://developer.hashicorp.com/vault/api-docs#http-status-codes; a missing key is 400 or 404, told by its text. */
function faultOf(status: number, body: Answer | undefined): KeyServiceFault {
  const said = (body?.errors ?? []).join(' ').toLowerCase();
  if (status === 403) return 'denied';
  if (status === 404 || said.includes('key not found')) return 'unknown_key';
  if (status === 400 && /not supported|not allow|disallowed/.test(said)) return 'unusable_key';
  if (status === 400) return 'refused';
  return status >= 500 || status === 429 ? 'unreachable' : 'unexpected_answer';
}

function namespace({ VAULT_NAMESPACE: name }: Environment): Record<string, string> {
  return name ? { 'x-vault-namespace': name } : {};
}

function associated(keyId: string) {
  return { associated_data: base64(Buffer.from(`valetkey:${keyId}`)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/** The flags of authenticator data (WebAuthn, section 6.1). */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** The ways in which a forged or unusual answer differs. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly counter?: number;
  readonly isVerified?: boolean;
  readonly userHandle?: string;
  readonly type?: string;
}

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const digest = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

/** An authenticator with one ES256 passkey, as far as WebAuthn looks at one. */
export class SoftAuthenticator {
  readonly credentialId = randomBytes(16);
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private counter = 0;

  constructor(
    private readonly origin = 'http://localhost:3000',
    private readonly rpId = new URL(origin).hostname,
  ) {}

  /** The answer of `navigator.credentials.create`. */
  create(options: { readonly challenge: string }, deviation: Deviation = {}) {
    const data = this.authenticatorData({ ...deviation, isNew: true });
    const attestation = Buffer.concat([
      Buffer.from([0xa3, 0x63]),
      Buffer.from('fmt'),
      Buffer.from([0x64]),
      Buffer.from('none'),
      Buffer.from([0x67]),
      Buffer.from('attStmt'),
      Buffer.from([0xa0, 0x68]),
      Buffer.from('authData'),
      Buffer.from([0x58, data.length]),
      data,
    ]);
    return this.answer({
      clientDataJSON: base64url(this.clientData('webauthn.create', options.challenge, deviation)),
      attestationObject: base64url(attestation),
      transports: ['internal'],
    });
  }

  /** The answer of `navigator.credentials.get`. */
  get(options: { readonly challenge: string }, deviation: Deviation = {}) {
    this.counter += 1;
    const data = this.authenticatorData({ ...deviation, isNew: false });
    const client = this.clientData('webauthn.get', options.challenge, deviation);
    const signature = sign('sha256', Buffer.concat([data, digest(client)]), this.keys.privateKey);
    return this.answer({
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature),
      ...(deviation.userHandle !== undefined && {
        userHandle: base64url(Buffer.from(deviation.userHandle)),
      }),
    });
  }

  private answer<Response>(response: Response) {
    const id = base64url(this.credentialId);
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response } as const;
  }

  private clientData(type: string, challenge: string, deviation: Deviation): Buffer {
    const data = { type, challenge, origin: this.origin, crossOrigin: false };
    const { origin = data.origin, challenge: other = challenge, type: otherType = type } = deviation;
    return Buffer.from(JSON.stringify({ ...data, origin, challenge: other, type: otherType }));
  }

  private authenticatorData({
    rpId = this.rpId,
    counter = this.counter,
    isVerified = true,
    isNew,
  }: Deviation & { isNew: boolean }): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const flags = PRESENT | (isVerified ? VERIFIED : 0) | (isNew ? ATTESTED : 0);
    const head = Buffer.concat([digest(rpId), Buffer.from([flags]), count]);
    if (!isNew) return head;
    const length = Buffer.from([0, this.credentialId.length]);
    return Buffer.concat([head, Buffer.alloc(16), length, this.credentialId, coseOf(this.keys.publicKey)]);
  }
}

/** A P-256 key in COSE (RFC 9053). */
function coseOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ]);
}

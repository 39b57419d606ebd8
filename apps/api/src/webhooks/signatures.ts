import { createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** The keys of one secret of an endpoint: what its messages are signed with. */
export interface SigningKeys {
  /** `whsec_` and 32 bytes in base64, for HMAC-SHA256; the receiver has it too. */
  readonly secret: string;
  /** The Ed25519 private key, PKCS #8 in base64; the receiver has the public one. */
  readonly privateKey: string;
}

/** A message as it is signed. */
export interface SignedMessage {
  /** The same at each attempt; without a full stop, which parts what is signed. */
  readonly id: string;
  readonly body: string;
}

const SECRET_BYTES = 32;

/** New keys, and the public one: `whpk_` and 32 bytes in base64. */
export function newSigningKeys(): { readonly keys: SigningKeys; readonly publicKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return {
    keys: {
      secret: `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
      privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    },
    publicKey: `whpk_${Buffer.from(x, 'base64url').toString('base64')}`,
  };
}

/**
 * The headers of a message (Standard Webhooks 1.0), signed with each of `all`: a receiver that has any of these secrets,
 * or of the public keys, can verify it.
 */
export function signedHeaders(
  { id, body }: SignedMessage,
  at: Date,
  all: readonly SigningKeys[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signed = Buffer.from(`${id}.${timestamp}.${body}`);
  const signatures = all.flatMap(({ secret, privateKey }) => [
    `v1,${hmacOf(secret, signed)}`,
    `v1a,${sign(null, signed, ed25519Key(privateKey)).toString('base64')}`,
  ]);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

function hmacOf(secret: string, signed: Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(signed).digest('base64');
}

function ed25519Key(privateKey: string) {
  return createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
}

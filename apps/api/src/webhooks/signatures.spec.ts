import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { newSigningKeys, signedHeaders } from './signatures.js';

const message = { id: 'msg_1', body: '{"type":"task.succeeded"}' };
const [former, current, other] = [newSigningKeys(), newSigningKeys(), newSigningKeys()];
const headers = signedHeaders(message, new Date(), [current.keys, former.keys]);

/** As a receiver does that has the public key: Standard Webhooks, section "Asymmetric". */
function isSignedFor(publicKey: string, { id, body }: typeof message): boolean {
  const x = Buffer.from(publicKey.replace('whpk_', ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const signed = Buffer.from(`${id}.${headers['webhook-timestamp']}.${body}`);
  return headers['webhook-signature']
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .some((one) => verify(null, signed, key, Buffer.from(one.slice('v1a,'.length), 'base64')));
}

describe('a signed message', () => {
  it.each([
    ['current', current],
    ['former', former],
  ])('is verified by the library with the %s secret', (_, { keys }) => {
    expect(new Webhook(keys.secret).verify(message.body, headers)).toEqual({ type: 'task.succeeded' });
  });

  it('is refused with another secret, another body, another id and another time', () => {
    const library = new Webhook(current.keys.secret);
    expect(() => new Webhook(other.keys.secret).verify(message.body, headers)).toThrow();
    expect(() => library.verify(`${message.body} `, headers)).toThrow();
    expect(() => library.verify(message.body, { ...headers, 'webhook-id': 'msg_2' })).toThrow();
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => library.verify(message.body, { ...headers, 'webhook-timestamp': later })).toThrow();
  });

  it('is verified with either public key, and no other', () => {
    expect(isSignedFor(current.publicKey, message)).toBe(true);
    expect(isSignedFor(former.publicKey, message)).toBe(true);
    expect(isSignedFor(other.publicKey, message)).toBe(false);
    expect(isSignedFor(current.publicKey, { ...message, body: '{}' })).toBe(false);
  });

  it('carries two signatures for each secret, those of the current one first', () => {
    const kinds = headers['webhook-signature'].split(' ').map((one) => one.split(',')[0]);
    expect(kinds).toEqual(['v1', 'v1a', 'v1', 'v1a']);
  });
});

import { randomBytes } from 'node:crypto';
import { keyIdOf, openEnvelope, sealEnvelope, UnsealError } from './envelope.js';
import { Keyring } from './keyring.js';

const key = (id: string) => ({ id, bytes: randomBytes(32) });
const first = key('first');
const keyring = new Keyring([first, key('older')]);
const binding = { purpose: 'token_set', rowId: 'con_1', userId: 'ada' };
const secret = Buffer.from('ya29.a-token');

describe('an envelope', () => {
  const sealed = sealEnvelope(keyring, secret, binding);

  it('opens to what was sealed', () => {
    expect(openEnvelope(keyring, sealed, binding)).toEqual(secret);
    expect(keyIdOf(sealed)).toBe('first');
  });

  it.each([
    ['another row', { ...binding, rowId: 'con_2' }],
    ['another user', { ...binding, userId: 'alan' }],
    ['no user', { purpose: 'token_set', rowId: 'con_1' }],
    ['another purpose', { ...binding, purpose: 'client_secret' }],
  ])('refuses to open for %s', (_, other) => {
    expect(() => openEnvelope(keyring, sealed, other)).toThrow(UnsealError);
  });

  it('refuses every single changed byte', () => {
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => openEnvelope(keyring, changed, binding)).toThrow(UnsealError);
    }
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < sealed.length; length++) {
      expect(() => openEnvelope(keyring, sealed.subarray(0, length), binding)).toThrow(UnsealError);
    }
  });

  it('opens under an older key of the ring, and not without it', () => {
    const rotated = new Keyring([key('newer'), first]);
    expect(openEnvelope(rotated, sealed, binding)).toEqual(secret);
    expect(() => openEnvelope(new Keyring([key('newer')]), sealed, binding)).toThrow(/key "first"/);
  });

  it('never repeats itself, nor shows the secret', () => {
    expect(Buffer.from(sealEnvelope(keyring, secret, binding))).not.toEqual(Buffer.from(sealed));
    expect(Buffer.from(sealed).includes(secret)).toBe(false);
  });
});

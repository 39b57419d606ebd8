import { randomBytes } from 'node:crypto';
import {
  ANY_AUDIENCE,
  keyIdOf,
  openEnvelope,
  sealEnvelope,
  sealLike,
  UnsealError,
  WrongAudienceError,
} from './envelope.js';
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

  it.each([
    ['another place', { ...binding, audience: 'b' }],
    ['no place', binding],
    ['a place with more behind it', { ...binding, audience: 'a b' }],
    ['an empty place', { ...binding, audience: '' }],
    ['the same place and another row', { ...binding, audience: 'a', rowId: 'con_2' }],
  ])('for one place refuses to open for %s', (_, other) => {
    const placed = sealEnvelope(keyring, secret, { ...binding, audience: 'a' });
    expect(openEnvelope(keyring, placed, { ...binding, audience: 'a' })).toEqual(secret);
    expect(() => openEnvelope(keyring, placed, other)).toThrow(UnsealError);
  });

  it('for one place cannot be made one for another, or for any', () => {
    const sealedFor = (audience: string) => sealEnvelope(keyring, secret, { ...binding, audience });
    const [a, b] = [sealedFor('a'), sealedFor('b')];
    const header = 2 + 'first'.length;
    const swapped = Buffer.concat([b.subarray(0, header + 32), a.subarray(header + 32)]);
    expect(() => openEnvelope(keyring, swapped, { ...binding, audience: 'b' })).toThrow(UnsealError);
    const bare = Buffer.concat([Buffer.from([1]), a.subarray(1, header), a.subarray(header + 32)]);
    expect(() => openEnvelope(keyring, bare, { ...binding, audience: 'b' })).toThrow(UnsealError);
    expect(() => openEnvelope(keyring, a, { ...binding, audience: ANY_AUDIENCE })).not.toThrow();
    const resealed = sealLike(keyring, secret, binding, a);
    expect(() => openEnvelope(keyring, resealed, { ...binding, audience: 'b' })).toThrow(WrongAudienceError);
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

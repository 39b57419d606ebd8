import type { Rewrap, VaultKey } from '../api-types';
import { holdsInWords, keyMeaning, percentDone, secretsToMove } from './vault-words';

const rewrap = (part: Partial<Rewrap>): Rewrap => ({
  id: 'rwp_1',
  keyId: 'new',
  status: 'running',
  done: 0,
  total: 0,
  failed: 0,
  startedAt: '2026-11-22T09:30:00.000Z',
  ...part,
});
const key = (part: Partial<VaultKey>): VaultKey => ({
  id: 'old',
  provider: 'local',
  providerName: 'Local key',
  state: 'opens',
  secrets: 0,
  holds: {},
  ...part,
});

describe('the words of the vault', () => {
  it('count each kind of secret', () => {
    expect(holdsInWords({ token_sets: 1200, client_secrets: 1 })).toBe('1,200 token sets, 1 client secret');
    expect(holdsInWords({})).toBe('Nothing');
  });

  it.each([
    'token_sets',
    'authorizations',
    'revocations',
    'client_secrets',
    'signing_keys',
    'audit_keys',
    'a_kind_of_tomorrow',
  ])('hold no raw name for %s', (kind) => {
    expect(holdsInWords({ [kind]: 2 })).toMatch(/^2 [a-z ]+$/);
  });

  it('say 100 percent only when all is done', () => {
    expect(percentDone(rewrap({ done: 999, total: 1000 }))).toBe(99);
    expect(percentDone(rewrap({ done: 1000, total: 1000 }))).toBe(99);
    expect(percentDone(rewrap({ done: 1000, total: 1000, status: 'finished' }))).toBe(100);
  });

  it('tell a key that is needed from one that is not', () => {
    expect(keyMeaning(key({ secrets: 3 }))).toMatch(/needed until/);
    expect(keyMeaning(key({ state: 'retired' }))).toMatch(/may take it out/);
    expect(secretsToMove([key({ state: 'seals', secrets: 9 }), key({ secrets: 3 })])).toBe(3);
  });
});

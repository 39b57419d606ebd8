import { randomBytes } from 'node:crypto';
import { parseKeyEntries, type KeyEntry } from './keyring.js';

const good = `key1:${randomBytes(32).toString('base64')}`;
const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const GOOGLE_KEY = 'projects/p/locations/europe/keyRings/r/cryptoKeys/k';

const nameOf = (entry: KeyEntry) => (entry.kind === 'local' ? entry.key.id : entry.service.uri);
const names = (text: string) => parseKeyEntries(text, {}).map(nameOf);

describe('the list of keys', () => {
  it('takes local keys and keys of every service, in their order', () => {
    const transit = 'vault-transit://vault.example.com:8200/transit/keys/valetkey';
    expect(names(`aws-kms:///${ARN}, ${good},gcp-kms:///${GOOGLE_KEY},${transit}`)).toEqual([
      `aws-kms:///${ARN}`,
      'key1',
      `gcp-kms:///${GOOGLE_KEY}`,
      transit,
    ]);
  });

  it('takes a random key that begins like an address for a key', () => {
    const key = `//${randomBytes(32).toString('base64').slice(2)}`;
    expect(parseKeyEntries(`k1:${key},${good}`, {}).map(({ kind }) => kind)).toEqual(['local', 'local']);
  });

  it('records a key, not how it is reached', () => {
    expect(names(`aws-kms:///${ARN}?endpoint=https://vpce-1.kms.eu-west-1.vpce.amazonaws.com`)).toEqual([
      `aws-kms:///${ARN}`,
    ]);
    expect(names('vault-transit://127.0.0.1:8200/team/transit/keys/k?tls=off')).toEqual([
      'vault-transit://127.0.0.1:8200/team/transit/keys/k',
    ]);
  });

  it.each([
    ['a short key', 'key1:c2hvcnQ=', /entry 1 is not keyId/],
    ['a key without id', randomBytes(32).toString('base64'), /entry 1 is not keyId/],
    ['a bad second key', `${good},nonsense`, /entry 2 is not keyId/],
    ['an id twice', `${good},${good}`, /the same key id twice/],
    ['a key of a service twice', `aws-kms:///${ARN},aws-kms:///${ARN}?endpoint=https://a.b`, /twice/],
    ['a service that there is not', 'azure-kms:///sEcReT', /entry 1 names no key service.*aws-kms.*gcp-kms/],
    ['an ARN of something else', 'aws-kms:///arn:aws:s3:::sEcReT', /entry 1 is not aws-kms/],
    ['a key of Google that is none', 'gcp-kms://projects/sEcReT', /entry 1 is not gcp-kms/],
    ['Vault without a host', 'vault-transit:///transit/keys/sEcReT', /entry 1 is not vault-transit/],
    ['a password', `vault-transit://me:sEcReT@vault/transit/keys/k`, /user or password/],
    ['an option that nobody knows', `aws-kms:///${ARN}?token=sEcReT`, /option other than endpoint/],
    ['plain http to another machine', `aws-kms:///${ARN}?endpoint=http://sEcReT.example`, /loopback only/],
    ['a Vault elsewhere without TLS', 'vault-transit://sEcReT.example/t/keys/k?tls=off', /loopback only/],
    ['an endpoint with a password', `gcp-kms:///${GOOGLE_KEY}?endpoint=https://a:sEcReT@b.c`, /more than/],
  ])('refuses %s without repeating it', (_, text, message) => {
    expect(() => parseKeyEntries(text, {})).toThrow(message);
    expect(() => parseKeyEntries(text, {})).not.toThrow(/sEcReT/);
    expect(() => parseKeyEntries(text, {})).not.toThrow(text);
  });
});

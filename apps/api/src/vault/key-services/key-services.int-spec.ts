import process from 'node:process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KEY_SERVICE_NAMES, startKeyServices, type KeyServices } from '@valetkey/twin';
import { crc32c } from './crc32c.js';
import { KeyServiceError, parseKeyUri, type Environment, type KeyService } from './key-service.js';
import { KEY_SERVICES } from './registry.js';

jest.setTimeout(60_000);

let services: KeyServices;
const before = { ...process.env };
beforeAll(async () => {
  services = await startKeyServices();
  Object.assign(process.env, services.env);
});
afterAll(async () => {
  await services.close();
  for (const name of Object.keys(services.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});

type Name = (typeof KEY_SERVICE_NAMES)[number];

const open = (uri: string, env: Environment = process.env): KeyService => {
  const kind = KEY_SERVICES.find(({ scheme }) => uri.startsWith(`${scheme}://`));
  if (!kind) throw new Error('no such service');
  return kind.open(parseKeyUri(uri), env);
};

const failure = async (work: Promise<unknown>): Promise<KeyServiceError> =>
  work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => {
      if (error instanceof KeyServiceError) return error;
      throw error;
    },
  );

describe.each(KEY_SERVICE_NAMES.map((name) => [name]))('%s', (name: Name) => {
  const key = randomBytes(32);

  it('unwraps what it wrapped', async () => {
    const service = open(services.uris[name]);
    const wrapped = await service.wrap(key, 'kms1');
    expect(Buffer.from(wrapped).includes(key)).toBe(false);
    expect(Buffer.from(await service.unwrap(wrapped, 'kms1'))).toEqual(key);
  });

  it('unwraps nothing for another key id', async () => {
    const service = open(services.uris[name]);
    const wrapped = await service.wrap(key, 'kms1');
    expect(await failure(service.unwrap(wrapped, 'kms2'))).toMatchObject({ fault: 'refused' });
  });

  it('unwraps no changed bytes', async () => {
    const service = open(services.uris[name]);
    const wrapped = Buffer.from(await service.wrap(key, 'kms1'));
    // Transit's ciphertext is text: another letter of its base64, so that the change is one of the bytes.
    wrapped[wrapped.length - 6] = wrapped[wrapped.length - 6] === 65 ? 66 : 65;
    expect(await failure(service.unwrap(wrapped, 'kms1'))).toMatchObject({ fault: 'refused' });
  });

  it.each([
    ['denying', 'denied'],
    ['keyless', 'unknown_key'],
    ['disabled', 'unusable_key'],
    ['failing', 'unreachable'],
  ] as const)('says so in our own words when it is %s', async (mood, fault) => {
    services.become(mood);
    const error = await failure(open(services.uris[name]).wrap(key, 'kms1')).finally(() =>
      services.become('serving'),
    );
    expect(error).toMatchObject({ fault });
    expect(error.message).not.toMatch(/twin: refused|\n/);
    expect(error.message).toMatch(/AWS KMS|Google Cloud KMS|Vault Transit/);
    expect(error.cause).toBeUndefined();
  });

  it('is asked three times when it fails for now, and once when it refuses', async () => {
    const asked = async (mood: 'failing' | 'denying') => {
      const from = services.calls.length;
      services.become(mood);
      await failure(open(services.uris[name]).wrap(key, 'kms1')).finally(() => services.become('serving'));
      return services.calls.length - from;
    };
    expect([await asked('failing'), await asked('denying')]).toEqual([3, 1]);
  });

  it('names the cause when nobody listens', async () => {
    const gone = await startKeyServices();
    await gone.close();
    const error = await failure(open(gone.uris[name]).wrap(key, 'kms1'));
    expect(error).toMatchObject({ fault: 'unreachable', code: 'ECONNREFUSED' });
  });
});

describe('key services that answer nothing', () => {
  it('are given up', async () => {
    services.become('silent');
    const startedAt = Date.now();
    const errors = await Promise.all(
      KEY_SERVICE_NAMES.map((name) => failure(open(services.uris[name]).wrap(randomBytes(32), 'kms1'))),
    ).finally(() => services.become('serving'));
    for (const error of errors) expect(['unreachable', 'no_credentials']).toContain(error.fault);
    expect(Date.now() - startedAt).toBeLessThan(25_000);
  });
});

describe('Google Cloud KMS', () => {
  it('is not believed when a checksum shows that a message was changed on its way', async () => {
    const service = open(services.uris['gcp-kms']);
    const wrapped = await service.wrap(randomBytes(32), 'kms1');
    services.become('lying');
    try {
      expect(await failure(service.wrap(randomBytes(32), 'kms1'))).toMatchObject({
        fault: 'unexpected_answer',
      });
      expect(await failure(service.unwrap(wrapped, 'kms1'))).toMatchObject({ fault: 'unexpected_answer' });
    } finally {
      services.become('serving');
    }
  });

  it('has checksums as RFC 3720 gives them', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  });
});

describe('Vault Transit', () => {
  it('unwraps with older versions of its key', async () => {
    const service = open(services.uris['vault-transit']);
    const key = randomBytes(32);
    const wrapped = await service.wrap(key, 'kms1');
    services.rotateTransitKey();
    expect(Buffer.from(await service.unwrap(wrapped, 'kms1'))).toEqual(key);
    expect(Buffer.from(await service.wrap(key, 'kms1')).toString()).toMatch(/^vault:v2:/);
  });

  it('reads the token from a file, anew for each question', async () => {
    const file = join(tmpdir(), `vault-token-${randomBytes(6).toString('hex')}`);
    const service = open(services.uris['vault-transit'], { VAULT_TOKEN_FILE: file });
    expect(await failure(service.wrap(randomBytes(32), 'kms1'))).toMatchObject({ fault: 'no_credentials' });
    writeFileSync(file, 'wrong\n');
    expect(await failure(service.wrap(randomBytes(32), 'kms1'))).toMatchObject({ fault: 'denied' });
    writeFileSync(file, `${services.env['VAULT_TOKEN']}\n`);
    await service.wrap(randomBytes(32), 'kms1');
  });
});

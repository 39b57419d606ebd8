import { Injectable } from '@nestjs/common';
import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { newId, untilItWorks } from '../platform/index.js';
import { Vault } from '../vault/index.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

const ALGORITHM = 'ES256';

export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
}

/** The keys behind the user tokens we mint: made on first use, private halves sealed. */
@Injectable()
export class UserTokenKeys {
  /** The key that signs: the oldest active one, so that several processes agree. */
  readonly signingKey = untilItWorks(() => this.load());

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly vault: Vault,
  ) {}

  /** The public keys as a JWK Set (RFC 7517). */
  async publicKeys(): Promise<{ keys: JWK[] }> {
    await this.signingKey();
    const rows = await this.repository.active();
    return { keys: rows.map(({ id, publicJwk }) => ({ ...publicJwk, kid: id, alg: ALGORITHM, use: 'sig' })) };
  }

  private async load(): Promise<SigningKey> {
    const [known] = await this.repository.active();
    const row = known ?? (await this.create());
    const privateJwk = JSON.parse(await this.vault.open(row.sealedPrivate, signingKeyBinding(row.id))) as JWK;
    return { id: row.id, privateKey: (await importJWK(privateJwk, ALGORITHM)) as CryptoKey };
  }

  private async create() {
    const id = newId('jwk');
    const pair = await generateKeyPair(ALGORITHM, { extractable: true });
    const sealedPrivate = await this.vault.seal(
      JSON.stringify(await exportJWK(pair.privateKey)),
      signingKeyBinding(id),
    );
    await this.repository.add({ id, publicJwk: await exportJWK(pair.publicKey), sealedPrivate });
    const [oldest] = await this.repository.active();
    if (!oldest) throw new Error('the signing key was not stored');
    return oldest;
  }
}

/** The binding of the private half of a signing key in the vault. */
export function signingKeyBinding(rowId: string) {
  return { purpose: 'signing_key.private', rowId };
}

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { SETTINGS_TOKEN, SettingsError, type Settings } from '../config/index.js';
import { developmentKeys } from './development-keyring.js';
import { openEnvelope, sealEnvelope, type Binding } from './envelope.js';
import { parseKeyring, type Keyring } from './keyring.js';
import { VaultRepository } from './vault.repository.js';

/** Seals what must be read again. Whoever calls names the row, user and purpose that the value belongs to. */
@Injectable()
export class Vault implements OnModuleInit {
  private readonly keyring: Keyring;

  constructor(
    @Inject(SETTINGS_TOKEN) settings: Settings,
    private readonly repository: VaultRepository,
  ) {
    this.keyring = parseKeyring(settings.encryptionKeys ?? developmentKeys(settings.dataDir));
  }

  /** @throws SettingsError when the keys are not those that this database was sealed with */
  async onModuleInit(): Promise<void> {
    const known = await this.repository.keyChecks();
    for (const { keyId, sealedCheck } of known) {
      if (!this.keyring.find(keyId)) {
        throw new SettingsError(
          `this database holds secrets sealed with key "${keyId}"; add that key to VALETKEY_ENCRYPTION_KEYS`,
        );
      }
      try {
        openEnvelope(this.keyring, sealedCheck, checkBinding(keyId));
      } catch {
        throw new SettingsError(
          `VALETKEY_ENCRYPTION_KEYS: key "${keyId}" is not the one that this database was sealed with`,
        );
      }
    }
    const { id } = this.keyring.primary;
    if (known.some(({ keyId }) => keyId === id)) return;
    await this.repository.addKeyCheck(
      id,
      sealEnvelope(this.keyring, Buffer.from('valetkey'), checkBinding(id)),
    );
  }

  /** Seals a value. */
  async seal(plaintext: string, binding: Binding): Promise<Uint8Array<ArrayBuffer>> {
    return sealEnvelope(this.keyring, Buffer.from(plaintext), binding);
  }

  /** Opens a value. @throws UnsealError */
  async open(sealed: Uint8Array, binding: Binding): Promise<string> {
    return openEnvelope(this.keyring, sealed, binding).toString();
  }
}

function checkBinding(keyId: string): Binding {
  return { purpose: 'vault_key.check', rowId: keyId };
}

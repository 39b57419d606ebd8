import { awsKms } from './aws-kms.js';
import { googleKms } from './google-kms.js';
import type { KeyServiceKind } from './key-service.js';
import { vaultTransit } from './vault-transit.js';

/** Every kind of key service there is. A new one is a file beside the others and a line here. */
export const KEY_SERVICES: readonly KeyServiceKind[] = [awsKms, googleKms, vaultTransit];

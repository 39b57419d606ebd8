import ArchiveIcon from '@mui/icons-material/Inventory2Outlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import LockIcon from '@mui/icons-material/LockOutlined';
import LockOpenIcon from '@mui/icons-material/LockOpenOutlined';
import type { Rewrap, VaultKey, VaultKeyState } from '../api-types';
import type { StatusLook } from '../components/status-chip';

export const keyStateLooks: Record<VaultKeyState, StatusLook> = {
  seals: { label: 'Seals', tone: 'ok', icon: LockIcon },
  opens: { label: 'Only opens', tone: 'info', icon: LockOpenIcon },
  retired: { label: 'Retired', tone: 'idle', icon: ArchiveIcon },
  missing: { label: 'Missing', tone: 'bad', icon: ErrorIcon },
};

/** The state of a key, and the action that it calls for. */
export const keyMeaning = ({ state, secrets }: VaultKey): string => {
  if (state === 'seals') return 'New secrets are sealed with it.';
  if (state === 'missing') return 'This server does not have it; what it sealed does not open here.';
  if (state === 'retired') return 'It holds nothing: you may take it out of VALETKEY_ENCRYPTION_KEYS.';
  return secrets > 0
    ? 'It is needed until a re-wrap has brought its secrets under the key that seals.'
    : 'It holds nothing; the next re-wrap retires it.';
};

const kinds: Record<string, [one: string, many: string]> = {
  token_sets: ['token set', 'token sets'],
  authorizations: ['open authorization', 'open authorizations'],
  revocations: ['pending revocation', 'pending revocations'],
  client_secrets: ['client secret', 'client secrets'],
  signing_keys: ['signing key', 'signing keys'],
  audit_keys: ['key of the audit log', 'keys of the audit log'],
};

/** `230 token sets, 1 client secret`. */
export const holdsInWords = (holds: Record<string, number>): string =>
  Object.entries(holds)
    .map(
      ([kind, count]) =>
        `${count.toLocaleString('en')} ${kinds[kind]?.[count === 1 ? 0 : 1] ?? kind.replaceAll('_', ' ')}`,
    )
    .join(', ') || 'Nothing';

/** How much of a re-wrap is done, in whole percent; all of it only when it is. */
export const percentDone = ({ done, total, status }: Rewrap): number => {
  if (status === 'finished' || total === 0) return 100;
  return Math.min(99, Math.floor((100 * done) / total));
};

/** Secrets that an older key still holds. */
export const secretsToMove = (keys: VaultKey[]): number =>
  keys.filter(({ state }) => state !== 'seals').reduce((sum, { secrets }) => sum + secrets, 0);

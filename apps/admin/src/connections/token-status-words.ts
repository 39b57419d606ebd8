import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import HistoryIcon from '@mui/icons-material/HistoryToggleOff';
import LinkOffIcon from '@mui/icons-material/LinkOff';
import type { Connection, ConnectionCheck, RevocationStatus, TokenStatus } from '../api-types';
import type { StatusLook } from '../components/status-chip';

export const tokenStatusLooks: Record<TokenStatus, StatusLook> = {
  active: { label: 'Active', tone: 'ok', icon: CheckCircleIcon },
  expired: { label: 'Expired', tone: 'warn', icon: HistoryIcon },
  inactive: { label: 'Inactive', tone: 'idle', icon: LinkOffIcon },
};

export const tokenStatusChoices = Object.entries(tokenStatusLooks).map(([id, { label }]) => ({
  id,
  name: label,
}));

const reasons: Record<string, string> = {
  disconnected: 'It was disconnected here. The user has to connect again before an agent can use it.',
  revoked: 'Access was withdrawn at the provider. The user has to connect again.',
  expired: 'The provider ended the grant after its time. The user has to connect again.',
  reauthentication_required: 'The provider wants the user to sign in again. The user has to connect again.',
  refresh_failing: 'The last attempts to refresh it failed.',
  refresh_answer_lost:
    'The provider renewed the tokens and its answer was lost. The user has to connect again.',
  connector_moved:
    'The connector was pointed to another server, where these tokens are not sent. The user has to connect again.',
  connector_disabled:
    'Its connector is disabled, so nobody can use it. The tokens are kept until the connector is enabled.',
  scope_missing: 'It works, but the user allowed less than was asked for.',
};

const inWords = (code: string) => code.replaceAll('_', ' ');

/** The meaning of the status for the reader, and what happens next. */
export const statusMeaning = ({
  status,
  refreshable,
}: Pick<Connection, 'status' | 'refreshable'>): string => {
  if (status === 'active') return 'The access token is valid and ready to use.';
  if (status === 'inactive') return 'No tokens are stored for this connection.';
  return refreshable
    ? 'The access token has expired. It is refreshed by itself on next use.'
    : 'The access token has expired and cannot be refreshed. The user has to connect again.';
};

const revocations: Record<RevocationStatus, string> = {
  pending: 'Asked for; not confirmed yet',
  confirmed: 'Confirmed by the provider',
  not_supported: 'The provider offers none',
  given_up: 'The provider never confirmed it',
};

export const revocationWords = (status: RevocationStatus): string => revocations[status];

const checks: Record<ConnectionCheck['result'], string> = {
  alive: 'the provider says that it works',
  dead: 'the provider says that it no longer works',
  scopes_changed: 'it works, and what the user allowed has changed',
  unknown: 'the provider did not answer, so nothing is changed',
};

export const checkWords = (result: ConnectionCheck['result']): string => checks[result];

export const reasonWords = (reason: string | undefined): string | undefined =>
  reason === undefined || reason === '' ? undefined : (reasons[reason] ?? `Reason: ${inWords(reason)}.`);

export const accountName = ({ account }: Pick<Connection, 'account'>): string =>
  account.email ?? account.name ?? account.id;

/** "GitHub (work)": a user may have several connections to one provider. */
export const connectionName = (connection: Pick<Connection, 'connectorName' | 'alias'>): string =>
  connection.alias ? `${connection.connectorName} (${connection.alias})` : connection.connectorName;

import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import type { Agent, UserTokenRight } from '../api-types';
import { StatusChip } from '../components/status-chip';

export const AgentStatusChip = ({ agent }: { agent: Pick<Agent, 'disabledAt'> }) =>
  agent.disabledAt ? (
    <StatusChip status="disabled" look={{ label: 'Disabled', tone: 'idle', icon: BlockIcon }} />
  ) : (
    <StatusChip status="enabled" look={{ label: 'Enabled', tone: 'ok', icon: CheckCircleIcon }} />
  );

export const liveKeys = ({ keys }: Agent) => keys.filter(({ revokedAt }) => !revokedAt);

export const lastUse = ({ keys }: Agent): string | undefined =>
  keys
    .map(({ lastUsedAt }) => lastUsedAt)
    .filter((at) => at !== undefined && at !== null)
    .sort()
    .at(-1);

export const rawTokenWords = (rawTokens: boolean): string =>
  rawTokens ? 'May read raw access tokens' : 'Actions only, never sees a token';

export const userTokenWords: Record<UserTokenRight, string> = {
  any: 'Mints user tokens, also such as read access tokens',
  without_raw_tokens: 'Mints user tokens that read no access token',
  none: 'Mints no user tokens',
};

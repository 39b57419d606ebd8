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

/** The access of an agent to its users' tokens, in words. */
export const accessWords = ({ rawTokens, userTokens }: Pick<Agent, 'rawTokens' | 'userTokens'>): string => {
  if (rawTokens) return 'Reads raw access tokens';
  return userTokens === 'any' ? 'Raw access tokens by user token only' : 'Actions only, never sees a token';
};

export const userTokenWords: Record<UserTokenRight, string> = {
  any: 'Any, raw tokens included',
  without_raw_tokens: 'Any without raw tokens',
  none: 'None',
};

import CheckIcon from '@mui/icons-material/Check';
import PauseIcon from '@mui/icons-material/Pause';
import WarningIcon from '@mui/icons-material/PriorityHigh';
import BlockIcon from '@mui/icons-material/Block';
import type { Webhook } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

const looks = {
  working: { label: 'Working', tone: 'ok', icon: CheckIcon },
  failing: { label: 'Failing', tone: 'warn', icon: WarningIcon },
  disabled: { label: 'Disabled', tone: 'idle', icon: PauseIcon },
  ended: { label: 'Disabled: it failed', tone: 'bad', icon: BlockIcon },
} satisfies Record<string, StatusLook>;

const statusOf = ({ disabled, disabledReason, failingSince }: Webhook) => {
  if (disabled) return disabledReason === 'operator' ? 'disabled' : 'ended';
  return failingSince === undefined ? 'working' : 'failing';
};

export const WebhookStatusChip = ({ webhook }: { webhook: Webhook }) => {
  const status = statusOf(webhook);
  return <StatusChip status={status} look={looks[status]} />;
};

/** The events that it is told of, in a few words. */
export const eventWords = ({ eventTypes }: Webhook): string => {
  if (!eventTypes) return 'All events';
  return eventTypes.length <= 2 ? eventTypes.join(', ') : `${eventTypes.length} types of events`;
};

export const hostOf = ({ url }: Pick<Webhook, 'url'>): string => new URL(url).host;

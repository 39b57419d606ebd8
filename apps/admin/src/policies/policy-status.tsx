import CheckIcon from '@mui/icons-material/Check';
import PauseIcon from '@mui/icons-material/Pause';
import WarningIcon from '@mui/icons-material/PriorityHigh';
import TimerOffIcon from '@mui/icons-material/TimerOffOutlined';
import type { Policy } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

const looks = {
  enabled: { label: 'In force', tone: 'ok', icon: CheckIcon },
  over: { label: 'Ended', tone: 'idle', icon: TimerOffIcon },
  disabled: { label: 'Switched off', tone: 'idle', icon: PauseIcon },
  faulty: { label: 'Faulty', tone: 'bad', icon: WarningIcon },
} satisfies Record<string, StatusLook>;

const statusOf = ({ enabled, inForce, fault }: Policy) => {
  if (!enabled) return 'disabled';
  if (!inForce) return 'over';
  return fault === undefined ? 'enabled' : 'faulty';
};

/** Whether the rule is asked at all, and whether it can mean what it says. */
export const PolicyStatusChip = ({ policy }: { policy: Policy }) => {
  const status = statusOf(policy);
  return <StatusChip status={status} look={looks[status]} />;
};

import CheckIcon from '@mui/icons-material/Check';
import PauseIcon from '@mui/icons-material/Pause';
import type { Policy } from '../api-types';
import { StatusChip } from '../components/status-chip';

/** Whether the rule is asked at all. */
export const PolicyStatusChip = ({ policy: { enabled } }: { policy: Policy }) => (
  <StatusChip
    status={enabled ? 'enabled' : 'disabled'}
    look={
      enabled
        ? { label: 'In force', tone: 'ok', icon: CheckIcon }
        : { label: 'Switched off', tone: 'idle', icon: PauseIcon }
    }
  />
);

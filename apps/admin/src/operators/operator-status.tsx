import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmpty';
import type { Operator } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

const looks: Record<Operator['status'], StatusLook> = {
  active: { label: 'Active', tone: 'ok', icon: CheckCircleIcon },
  invited: { label: 'Invited', tone: 'info', icon: HourglassIcon },
  disabled: { label: 'Disabled', tone: 'idle', icon: BlockIcon },
};
const expired: StatusLook = { label: 'Invitation expired', tone: 'warn', icon: HourglassIcon };

const isOver = ({ status, invitedUntil }: Operator) =>
  status === 'invited' && (!invitedUntil || new Date(invitedUntil) < new Date());

export const OperatorStatusChip = ({ operator }: { operator: Operator }) => (
  <StatusChip status={operator.status} look={isOver(operator) ? expired : looks[operator.status]} />
);

import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmpty';
import type { OperatorKey } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

const looks: Record<OperatorKey['status'], StatusLook> = {
  active: { label: 'Active', tone: 'ok', icon: CheckCircleIcon },
  expired: { label: 'Expired', tone: 'idle', icon: HourglassIcon },
  revoked: { label: 'Revoked', tone: 'idle', icon: BlockIcon },
};

export const OperatorKeyStatus = ({ status }: Pick<OperatorKey, 'status'>) => (
  <StatusChip status={status} look={looks[status]} />
);

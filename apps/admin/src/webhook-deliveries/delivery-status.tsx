import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmpty';
import type { WebhookDeliverySummary } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

export const deliveryLooks: Record<WebhookDeliverySummary['status'], StatusLook> = {
  pending: { label: 'Waiting', tone: 'info', icon: HourglassIcon },
  succeeded: { label: 'Delivered', tone: 'ok', icon: CheckCircleIcon },
  failed: { label: 'Failed', tone: 'bad', icon: ErrorIcon },
};

export const deliveryChoices = Object.entries(deliveryLooks).map(([id, { label }]) => ({ id, name: label }));

export const DeliveryStatusChip = ({ status }: Pick<WebhookDeliverySummary, 'status'>) => (
  <StatusChip status={status} look={deliveryLooks[status]} />
);

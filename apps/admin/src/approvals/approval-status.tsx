import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import ErrorIcon from '@mui/icons-material/ErrorOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmpty';
import ThumbDownIcon from '@mui/icons-material/ThumbDownAltOutlined';
import ThumbUpIcon from '@mui/icons-material/ThumbUpAltOutlined';
import TimerOffIcon from '@mui/icons-material/TimerOffOutlined';
import type { Approval } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

type ApprovalStatus = Approval['status'];

export const approvalStatusLooks: Record<ApprovalStatus, StatusLook> = {
  pending: { label: 'Waiting', tone: 'warn', icon: HourglassIcon },
  approved: { label: 'Approved', tone: 'info', icon: ThumbUpIcon },
  used: { label: 'Used', tone: 'ok', icon: CheckCircleIcon },
  denied: { label: 'Declined', tone: 'idle', icon: ThumbDownIcon },
  expired: { label: 'Expired', tone: 'idle', icon: TimerOffIcon },
  withdrawn: { label: 'Called off', tone: 'idle', icon: BlockIcon },
  void: { label: 'Void', tone: 'bad', icon: ErrorIcon },
};

export const approvalStatusMeaning: Record<ApprovalStatus, string> = {
  pending: 'A person has to decide. Nothing has been sent.',
  approved: 'It may be sent, exactly as it stands here.',
  used: 'It was sent as it stands here, and no use is left.',
  denied: 'It was not sent, and the same call is refused for now.',
  expired: 'Nobody decided, or used it, in time.',
  withdrawn: 'What asked for it was called off.',
  void: 'What was to be sent was no longer what was approved. It was not sent.',
};

export const ApprovalStatusChip = ({ status }: { status: ApprovalStatus }) => (
  <StatusChip status={status} look={approvalStatusLooks[status]} />
);

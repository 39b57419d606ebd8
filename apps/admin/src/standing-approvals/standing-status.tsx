import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import TimerOffIcon from '@mui/icons-material/TimerOffOutlined';
import VerifiedUserIcon from '@mui/icons-material/VerifiedUserOutlined';
import type { StandingApproval } from '../api-types';
import { StatusChip, type StatusLook } from '../components/status-chip';

type StandingStatus = StandingApproval['status'];

export const standingStatusLooks: Record<StandingStatus, StatusLook> = {
  active: { label: 'In force', tone: 'info', icon: VerifiedUserIcon },
  used: { label: 'Used up', tone: 'idle', icon: CheckCircleIcon },
  expired: { label: 'Expired', tone: 'idle', icon: TimerOffIcon },
  ended: { label: 'Ended', tone: 'idle', icon: BlockIcon },
};

const ends: Record<NonNullable<StandingApproval['endReason']>, string> = {
  taken_back: 'It was taken back.',
  agent_disabled: 'Its agent was disabled.',
  agent_key_revoked: 'The key with which it was asked for was revoked.',
  session_ended: 'The session in which it was asked for was ended.',
  disconnected: 'Its account was disconnected.',
  expired: 'Its time is over.',
};

export const standingMeaning = ({ status, endReason }: StandingApproval) => {
  if (status === 'active')
    return 'Calls that fit run without asking. The policy is asked each time, and may refuse.';
  if (status === 'used') return 'Every use is spent: such calls ask again.';
  return endReason === undefined ? 'Such calls ask again.' : ends[endReason];
};

export const StandingStatusChip = ({ status }: { status: StandingStatus }) => (
  <StatusChip status={status} look={standingStatusLooks[status]} />
);

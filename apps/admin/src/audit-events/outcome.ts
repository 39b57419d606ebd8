import BlockIcon from '@mui/icons-material/Block';
import CheckIcon from '@mui/icons-material/Check';
import ErrorIcon from '@mui/icons-material/PriorityHigh';
import PendingIcon from '@mui/icons-material/MoreHoriz';
import type { Outcome } from '../api-types';
import type { StatusLook } from '../components/status-chip';

export const outcomeLooks: Record<Outcome, StatusLook> = {
  intended: { label: 'Intended', tone: 'info', icon: PendingIcon },
  succeeded: { label: 'Succeeded', tone: 'ok', icon: CheckIcon },
  failed: { label: 'Failed', tone: 'bad', icon: ErrorIcon },
  denied: { label: 'Denied', tone: 'warn', icon: BlockIcon },
};

export const outcomeChoices = Object.entries(outcomeLooks).map(([id, { label }]) => ({ id, name: label }));

export const outcomeMeaning: Record<Outcome, string> = {
  intended: 'Written before the provider was called; the outcome follows as an event of its own.',
  succeeded: 'It was done.',
  failed: 'It was allowed and tried, and did not work.',
  denied: 'It was refused before anything left Valetkey.',
};

import BlockIcon from '@mui/icons-material/Block';
import CheckCircleIcon from '@mui/icons-material/CheckCircleOutlined';
import HourglassIcon from '@mui/icons-material/HourglassEmpty';
import type { Permission } from '../api-types';
import type { StatusLook } from '../components/status-chip';

export const decisionLooks: Record<Permission['decision'], StatusLook> = {
  allow: { label: 'Allowed', tone: 'ok', icon: CheckCircleIcon },
  require_approval: { label: 'Asks a person', tone: 'warn', icon: HourglassIcon },
  deny: { label: 'Refused', tone: 'bad', icon: BlockIcon },
};

/** Lines of one provider, or of our own verbs. */
export interface PermissionGroup {
  readonly name: string;
  readonly lines: readonly Permission[];
}

const OWN_VERBS = 'Valetkey itself';

/** In the order in which they come. */
export const groupsOf = (lines: readonly Permission[]): PermissionGroup[] => {
  const groups = new Map<string, Permission[]>();
  for (const line of lines) {
    const name = line.groupName ?? OWN_VERBS;
    groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  return [...groups].map(([name, ofGroup]) => ({ name, lines: ofGroup }));
};

/** `12 allowed, 3 ask a person`. */
export const countWords = (lines: readonly Permission[]): string => {
  const count = (decision: Permission['decision']) =>
    lines.filter((line) => line.decision === decision).length;
  const asking = count('require_approval');
  return [
    [count('allow'), 'allowed'],
    [asking, asking === 1 ? 'asks a person' : 'ask a person'],
    [count('deny'), 'refused'],
  ]
    .filter(([many]) => many !== 0)
    .map(([many, words]) => `${many} ${words}`)
    .join(', ');
};

/** The reason for a decision that no rule makes. */
export const builtInWords = ({ code, decision }: Permission): string => {
  if (code === 'raw_tokens_denied') return 'It may read no raw tokens';
  if (code === 'user_tokens_denied') return 'It may make no user tokens';
  return decision === 'require_approval' ? 'Built-in: it cannot be undone' : 'No rule is against it';
};

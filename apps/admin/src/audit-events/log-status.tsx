import { Box, Card } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useDataProvider } from 'react-admin';
import CheckIcon from '@mui/icons-material/Check';
import PendingIcon from '@mui/icons-material/MoreHoriz';
import WarnIcon from '@mui/icons-material/PriorityHigh';
import type { AuditTree, AuditSink } from '../api-types';
import { Facts, type Fact } from '../components/facts';
import { StatusChip, type StatusLook } from '../components/status-chip';
import { When } from '../components/when';
import type { ValetkeyDataProvider } from '../providers/data-provider';

const POLL_MS = 15_000;

const looks = {
  ok: (label: string): StatusLook => ({ label, tone: 'ok', icon: CheckIcon }),
  wait: (label: string): StatusLook => ({ label, tone: 'info', icon: PendingIcon }),
  bad: (label: string): StatusLook => ({ label, tone: 'bad', icon: WarnIcon }),
};

const events = (count: number) => `${count.toLocaleString('en')} event${count === 1 ? '' : 's'}`;

const Line = ({
  look,
  status,
  children,
}: {
  look: StatusLook;
  status: string;
  children?: React.ReactNode;
}) => (
  <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
    <StatusChip status={status} look={look} />
    {children && (
      <Box component="span" sx={{ color: 'text.secondary' }}>
        {children}
      </Box>
    )}
  </Box>
);

const LATE_MS = 10_000;

/** How much is in the log, and how much of it nobody can change any more without being found out. */
const wholeText = (size: number, pending: number, signedSize: number) => {
  const waiting = pending > 0 ? ` and ${events(pending)} on the way` : '';
  const younger = size - signedSize;
  if (signedSize === 0) return `${events(size)}${waiting}, no checkpoint yet`;
  if (younger <= 0) return `${events(size)}${waiting}, all under a kept checkpoint`;
  return `${events(size)}${waiting}, all but the newest ${younger.toLocaleString('en')} under a kept checkpoint`;
};

const treeFact = ({ size, pending, pendingSince, signedSize, signedAt, fork }: AuditTree): Fact => {
  if (fork)
    return [
      'Tree',
      <Line status="forked" look={looks.bad('Not signed')}>
        {fork.place} has a checkpoint of {events(fork.publishedSize)} that this log contradicts: an older
        backup was restored. Events are recorded; nothing is signed until the log has another
        VALETKEY_AUDIT_ORIGIN.
      </Line>,
    ];
  const isLate = pendingSince !== undefined && Date.now() - Date.parse(pendingSince) > LATE_MS;
  const look = isLate ? looks.bad('Behind') : looks.ok('Whole');
  return [
    'Tree',
    <Line status={isLate ? 'behind' : 'whole'} look={look}>
      {isLate ? (
        <>
          {events(pending)} wait for their place since <When at={pendingSince} />: does a worker run?
        </>
      ) : (
        <>
          {wholeText(size, pending, signedSize)}
          {signedAt !== undefined && (
            <>
              , signed <When at={signedAt} />
            </>
          )}
        </>
      )}
    </Line>,
  ];
};

type Place = AuditTree['anchors'][number];

const placeFact = (
  { name, throughSize, reachedAt, failedAt, lastError }: Place,
  kind: 'Anchor' | 'Witness',
): Fact => {
  const failing = failedAt !== undefined && failedAt > (reachedAt ?? '');
  const well = kind === 'Anchor' ? 'Kept outside' : 'Cosigned';
  return [
    `${kind} ${name}`,
    <Line
      status={failing ? 'failing' : 'reached'}
      look={failing ? looks.bad('Failing') : reachedAt === undefined ? looks.wait('Not yet') : looks.ok(well)}
    >
      {failing ? (
        (lastError ?? 'It does not take checkpoints')
      ) : reachedAt === undefined ? (
        'It is asked within a minute'
      ) : (
        <>
          Through {events(throughSize)}, <When at={reachedAt} />
        </>
      )}
    </Line>,
  ];
};

const sinkFact = ({ name, behind, failures, lastError, waitingSince }: AuditSink): Fact => {
  if (failures > 0)
    return [
      `Sink ${name}`,
      <Line status="failing" look={looks.bad('Failing')}>
        {lastError}, {events(behind)} wait since <When at={waitingSince} />
      </Line>,
    ];
  return [
    `Sink ${name}`,
    <Line
      status={behind === 0 ? 'sent' : 'sending'}
      look={behind === 0 ? looks.ok('Has everything') : looks.wait(`${events(behind)} to send`)}
    />,
  ];
};

const placeFacts = ({ anchors, witnesses }: AuditTree): Fact[] => [
  ...anchors.map((place) => placeFact(place, 'Anchor')),
  ...witnesses.map((place) => placeFact(place, 'Witness')),
];

/** Whether the log has every event in its tree, signed, kept outside and sent on; nothing where the server does not say. */
export const LogStatus = () => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const options = { retry: false, refetchInterval: POLL_MS };
  const tree = useQuery({ queryKey: ['audit-tree'], queryFn: () => api.auditTree(), ...options });
  const sinks = useQuery({ queryKey: ['audit-sinks'], queryFn: () => api.auditSinks(), ...options });
  const facts = [
    ...(tree.data ? [treeFact(tree.data), ...placeFacts(tree.data)] : []),
    ...(sinks.data ?? []).map(sinkFact),
  ];
  if (facts.length === 0) return null;
  return (
    <Card component="section" aria-label="State of the log" sx={{ mb: 2 }}>
      <Facts facts={facts} />
    </Card>
  );
};

import icon from '@mui/icons-material/HistoryEduOutlined';
import type { AuditEvent } from '../api-types';
import { CardLines } from '../components/cards';
import { ResourceList } from '../components/resource-list';
import type { Column } from '../components/rows';
import { EmptyState } from '../components/states';
import { StatusChip } from '../components/status-chip';
import { When } from '../components/when';
import { LogStatus } from './log-status';
import { EventFilters } from './event-filters';
import { EventText } from './event-text';
import { ExportButton } from './export-button';
import { outcomeLooks } from './outcome';
import { RangeButtons } from './range-buttons';

const OutcomeChip = ({ event }: { event: AuditEvent }) => (
  <StatusChip status={event.outcome} look={outcomeLooks[event.outcome]} />
);

const columns: Column<AuditEvent>[] = [
  { label: 'When', sortBy: 'seq', width: 150, render: ({ at }) => <When at={at} /> },
  { label: 'What happened', render: (event) => <EventText event={event} /> },
  { label: 'Outcome', width: 130, render: (event) => <OutcomeChip event={event} /> },
];

const EventList = () => (
  <ResourceList<AuditEvent>
    resource="audit-events"
    title="Audit history"
    lead="Every use of a connection and every change, in the order it happened; a call that has ended is one line. Nothing here can be edited or removed."
    sort={{ field: 'seq', order: 'DESC' }}
    filters={<EventFilters />}
    actions={
      <>
        <RangeButtons />
        <ExportButton />
      </>
    }
    above={<LogStatus />}
    columns={columns}
    card={(event) => (
      <CardLines
        title={<EventText event={event} />}
        status={<OutcomeChip event={event} />}
        lines={[<When at={event.at} />]}
      />
    )}
    empty={
      <EmptyState icon={icon} title="Nothing has happened yet">
        The first event appears when a user connects an account or an agent calls the API.
      </EmptyState>
    }
  />
);

export default EventList;

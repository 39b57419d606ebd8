import { useDataProvider, useRedirect } from 'react-admin';
import DeleteIcon from '@mui/icons-material/DeleteOutlined';
import type { ScheduleSummary } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';

const Switch = ({ schedule: { id, paused } }: { schedule: ScheduleSummary }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  return (
    <CommandButton
      run={() => api.changeSchedule(id, { paused: !paused })}
      done={paused ? 'The schedule goes on with its next run.' : 'The schedule is paused.'}
      {...(paused
        ? {}
        : {
            ask: {
              title: 'Pause this schedule?',
              content: 'It makes no runs until it is resumed, and none of that time afterwards.',
              confirm: 'Pause schedule',
            },
          })}
    >
      {paused ? 'Resume' : 'Pause'}
    </CommandButton>
  );
};

const Delete = ({ schedule: { id, action } }: { schedule: ScheduleSummary }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const redirect = useRedirect();
  return (
    <CommandButton
      color="error"
      startIcon={<DeleteIcon />}
      run={async () => {
        await api.deleteSchedule(id);
        redirect('/schedules');
      }}
      done="The schedule is deleted."
      ask={{
        title: `Delete the schedule of ${action}?`,
        content: 'It makes no further run. Tasks that its runs have become stay.',
        confirm: 'Delete schedule',
      }}
    >
      Delete
    </CommandButton>
  );
};

export const ScheduleCommands = ({ schedule }: { schedule: ScheduleSummary }) =>
  mayWrite() ? (
    <>
      <Switch schedule={schedule} />
      <Delete schedule={schedule} />
    </>
  ) : null;

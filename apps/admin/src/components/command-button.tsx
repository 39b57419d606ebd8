import { useState } from 'react';
import { Button, type ButtonProps } from '@mui/material';
import { useNotify, useRefresh } from 'react-admin';
import { ConfirmDialog, type Confirmation } from './confirm-dialog';

interface CommandButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** The command; its failure is shown in the API's own words. */
  run: () => Promise<unknown>;
  done?: string;
  ask?: Confirmation;
}

const useCommand = (run: () => Promise<unknown>, done: string | undefined) => {
  const [busy, setBusy] = useState(false);
  const notify = useNotify();
  const refresh = useRefresh();
  const execute = async () => {
    setBusy(true);
    try {
      await run();
      if (done) notify(done, { type: 'success' });
    } catch (error) {
      notify(error instanceof Error ? error.message : 'Something went wrong.', { type: 'error' });
    } finally {
      setBusy(false);
      refresh();
    }
  };
  return { busy, execute };
};

/**
 * A button that asks for confirmation (if it should), runs one command, shows the result and reloads the page's data.
 */
export const CommandButton = ({ run, done, ask, children, ...button }: CommandButtonProps) => {
  const [asking, setAsking] = useState(false);
  const { busy, execute } = useCommand(run, done);
  const confirmed = async () => {
    await execute();
    setAsking(false);
  };
  return (
    <>
      <Button
        variant="outlined"
        size="small"
        {...button}
        loading={busy}
        loadingPosition={button.startIcon ? 'start' : 'center'}
        onClick={() => (ask ? setAsking(true) : void execute())}
      >
        {children}
      </Button>
      {ask && (
        <ConfirmDialog
          open={asking}
          busy={busy}
          ask={ask}
          color={button.color === 'error' ? 'error' : 'primary'}
          onAnswer={(yes) => (yes ? void confirmed() : setAsking(false))}
        />
      )}
    </>
  );
};

import { useId, type ReactNode } from 'react';
import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';

export interface Confirmation {
  title: string;
  /** The consequences of confirming, and whether they can be undone. */
  content: string;
  /** A choice to be made with it. */
  choice?: ReactNode;
  confirm: string;
  /** The label of the way out; "Cancel" unless the command itself is about canceling. */
  keep?: string;
}

interface ConfirmDialogProps {
  open: boolean;
  busy: boolean;
  ask: Confirmation;
  color: 'error' | 'primary';
  onAnswer: (yes: boolean) => void;
}

export const ConfirmDialog = ({ open, busy, ask, color, onAnswer }: ConfirmDialogProps) => {
  const id = useId();
  return (
    <Dialog
      open={open}
      onClose={() => onAnswer(false)}
      maxWidth="xs"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-content`}
    >
      <DialogTitle id={`${id}-title`}>{ask.title}</DialogTitle>
      <DialogContent>
        <DialogContentText id={`${id}-content`} variant="body2">
          {ask.content}
        </DialogContentText>
        {ask.choice}
      </DialogContent>
      <DialogActions>
        <Button autoFocus disabled={busy} onClick={() => onAnswer(false)}>
          {ask.keep ?? 'Cancel'}
        </Button>
        <Button variant="contained" color={color} loading={busy} onClick={() => onAnswer(true)}>
          {ask.confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
};

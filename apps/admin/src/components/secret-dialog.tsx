import type { ReactNode } from 'react';
import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack } from '@mui/material';
import { CopyField } from './copy-field';

interface SecretDialogProps {
  title: string;
  /** That it is seen this once. */
  warning: string;
  label: string;
  /** Open while there is one. */
  secret: string | undefined;
  confirm: string;
  onClose: () => void;
  children: ReactNode;
}

/** The only time a secret is seen. Neither a click beside it nor Escape closes it: it could not be shown again. */
export const SecretDialog = ({
  title,
  warning,
  label,
  secret,
  confirm,
  onClose,
  children,
}: SecretDialogProps) => (
  <Dialog open={secret !== undefined} fullWidth maxWidth="sm" aria-labelledby="secret-title">
    <DialogTitle id="secret-title">{title}</DialogTitle>
    <DialogContent>
      <Stack sx={{ gap: 2 }}>
        <Alert severity="warning" variant="outlined">
          {warning}
        </Alert>
        <CopyField value={secret ?? ''} label={label} />
        {children}
      </Stack>
    </DialogContent>
    <DialogActions>
      <Button variant="contained" onClick={onClose}>
        {confirm}
      </Button>
    </DialogActions>
  </Dialog>
);

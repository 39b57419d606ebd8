import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Stack,
  Typography,
} from '@mui/material';
import { CopyField } from '../components/copy-field';

interface KeyDialogProps {
  agentName: string;
  agentKey: string | undefined;
  onClose: () => void;
}

/** The only time a key is seen. Neither a click beside it nor Escape closes it: it could not be shown again. */
export const KeyDialog = ({ agentName, agentKey, onClose }: KeyDialogProps) => (
  <Dialog open={agentKey !== undefined} fullWidth maxWidth="sm" aria-labelledby="agent-key-title">
    <DialogTitle id="agent-key-title">Key for {agentName}</DialogTitle>
    <DialogContent>
      <Stack sx={{ gap: 2 }}>
        <Alert severity="warning" variant="outlined">
          Copy the key now. It is stored as a hash only and cannot be shown again.
        </Alert>
        <CopyField value={agentKey ?? ''} label="Agent key" />
        <Typography variant="body2" color="textSecondary">
          The agent sends it as <code>Authorization: Bearer</code> with every call. Keep it where you keep
          passwords.
        </Typography>
      </Stack>
    </DialogContent>
    <DialogActions>
      <Button variant="contained" onClick={onClose}>
        I have stored the key
      </Button>
    </DialogActions>
  </Dialog>
);

import { useState } from 'react';
import { Alert, Box, Stack, TextField, Typography } from '@mui/material';
import ThumbDownIcon from '@mui/icons-material/ThumbDownAltOutlined';
import ThumbUpIcon from '@mui/icons-material/ThumbUpAltOutlined';
import { useDataProvider } from 'react-admin';
import type { Approval } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { StandingChoice } from './standing-choice';
import { askEachTime, standingOf } from './standing-draft';

/** The decision, with a reason that the agent reads. */
export const ApprovalCommands = ({ approval }: { approval: Approval }) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [reason, setReason] = useState('');
  const [standing, setStanding] = useState(askEachTime);
  if (approval.status !== 'pending') return null;
  if (!mayWrite()) return <Note>An auditor looks on: an owner or admin decides.</Note>;
  if (approval.approvers === 'user') return <Note>By policy, the user decides on this one.</Note>;
  const why = reason.trim() === '' ? {} : { reason: reason.trim() };
  const approve = () =>
    api.decideApproval(approval.id, { decision: 'approve', ...why, ...standingOf(standing) });
  return (
    <Box sx={{ p: 2.5 }}>
      <TextField
        label="Reason, which the agent reads"
        value={reason}
        onChange={({ target }) => setReason(target.value)}
        fullWidth
        multiline
        minRows={2}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
      <StandingChoice approval={approval} value={standing} onChange={setStanding} />
      <Stack direction="row" sx={{ gap: 1.5, mt: 2, flexWrap: 'wrap', alignItems: 'center' }}>
        <CommandButton
          variant="contained"
          size="medium"
          startIcon={<ThumbUpIcon />}
          run={approve}
          done="Approved. It starts at once, or at its time."
        >
          Approve
        </CommandButton>
        <CommandButton
          size="medium"
          color="error"
          startIcon={<ThumbDownIcon />}
          run={() => api.decideApproval(approval.id, { decision: 'deny', ...why })}
          done="Declined. The task has ended."
        >
          Decline
        </CommandButton>
        <Typography variant="caption" color="textSecondary">
          It is sent exactly as it stands here, or not at all.
        </Typography>
      </Stack>
    </Box>
  );
};

const Note = ({ children }: { children: string }) => (
  <Alert severity="info" variant="outlined" sx={{ m: 2 }}>
    {children}
  </Alert>
);

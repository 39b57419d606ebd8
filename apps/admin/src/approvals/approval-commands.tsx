import { useState } from 'react';
import { Alert, Box, Stack, TextField, Typography } from '@mui/material';
import ThumbDownIcon from '@mui/icons-material/ThumbDownAltOutlined';
import ThumbUpIcon from '@mui/icons-material/ThumbUpAltOutlined';
import { useDataProvider, useGetIdentity } from 'react-admin';
import type { Approval } from '../api-types';
import { CommandButton } from '../components/command-button';
import type { ValetkeyDataProvider } from '../providers/data-provider';
import { mayWrite } from '../providers/session';
import { ArgumentEdit } from './argument-edit';
import { readEdit } from './edited-arguments';
import { StandingChoice } from './standing-choice';
import { askEachTime, standingOf } from './standing-draft';

/** The decision as it is being made. */
const useDecision = (approval: Approval) => {
  const api = useDataProvider<ValetkeyDataProvider>();
  const [reason, setReason] = useState('');
  const [standing, setStanding] = useState(askEachTime);
  const [text, setText] = useState<string>();
  const edited = readEdit(text, approval.arguments);
  const fault = 'fault' in edited ? edited.fault : undefined;
  const why = reason.trim() === '' ? {} : { reason: reason.trim() };
  return {
    fields: { reason, standing, text, fault },
    isEdited: 'edit' in edited,
    setReason,
    setStanding,
    setText,
    approve: () =>
      api.decideApproval(approval.id, {
        decision: 'approve',
        ...why,
        ...('edit' in edited ? edited : {}),
        ...standingOf(standing),
      }),
    decline: () => api.decideApproval(approval.id, { decision: 'deny', ...why }),
  };
};

type DecisionProps = { decision: ReturnType<typeof useDecision>; hasAgreed: boolean };

const Buttons = ({ decision: { fields, isEdited, approve, decline }, hasAgreed }: DecisionProps) => (
  <Stack direction="row" sx={{ gap: 1.5, mt: 2, flexWrap: 'wrap', alignItems: 'center' }}>
    <CommandButton
      variant="contained"
      size="medium"
      startIcon={<ThumbUpIcon />}
      disabled={fields.fault !== undefined || hasAgreed}
      run={approve}
      done="Approved. It starts at once, or at its time."
    >
      {isEdited ? 'Approve as changed' : 'Approve'}
    </CommandButton>
    <CommandButton
      size="medium"
      color="error"
      startIcon={<ThumbDownIcon />}
      run={decline}
      done="Declined. The task has ended."
    >
      Decline
    </CommandButton>
    <Typography variant="caption" color="textSecondary">
      {isEdited
        ? 'It is judged like a new call, and sent exactly as you have changed it.'
        : 'It is sent exactly as it stands here, or not at all.'}
    </Typography>
  </Stack>
);

/** The decision, with a reason that the agent reads. */
export const ApprovalCommands = ({ approval }: { approval: Approval }) => {
  const decision = useDecision(approval);
  const { identity } = useGetIdentity();
  if (approval.status !== 'pending') return null;
  if (!mayWrite()) return <Note>An auditor looks on: an owner or admin decides.</Note>;
  if (approval.approvers === 'user') return <Note>By policy, the user decides on this one.</Note>;
  const { reason, standing, text, fault } = decision.fields;
  const needsTwo = approval.needed > 1;
  const hasAgreed = approval.agreed.some(({ type, id }) => type === 'operator' && id === identity?.id);
  return (
    <Box sx={{ p: 2.5 }}>
      <TextField
        label="Reason, which the agent reads"
        value={reason}
        onChange={({ target }) => decision.setReason(target.value)}
        fullWidth
        multiline
        minRows={2}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
      {needsTwo ? (
        <Typography variant="body2" sx={{ mt: 2 }}>
          {hasAgreed
            ? 'You have agreed. Another person has to agree as well.'
            : 'Two people have to agree to this, as it stands.'}
        </Typography>
      ) : (
        <>
          <ArgumentEdit shown={approval.arguments} text={text} fault={fault} onChange={decision.setText} />
          <StandingChoice approval={approval} value={standing} onChange={decision.setStanding} />
        </>
      )}
      <Buttons decision={decision} hasAgreed={hasAgreed} />
    </Box>
  );
};

const Note = ({ children }: { children: string }) => (
  <Alert severity="info" variant="outlined" sx={{ m: 2 }}>
    {children}
  </Alert>
);

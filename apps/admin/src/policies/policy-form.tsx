import { useState } from 'react';
import { Box, Button, Card, Stack, Typography } from '@mui/material';
import { BooleanInput, Form, HttpError, TextInput, required, useNotify } from 'react-admin';
import { mono } from '../theme/theme';

/** What the form holds. */
export interface PolicyValues {
  name: string;
  text: string;
  enabled: boolean;
}

interface PolicyFormProps {
  values: PolicyValues;
  submit: string;
  /** Sends the form; what it throws is shown at the field that it is about. */
  save: (values: PolicyValues) => Promise<void>;
}

const EXAMPLES = [
  ['No agent touches mail', 'forbid (principal is Agent, action in Action::"gmail", resource);'],
  [
    'Sending mail needs a person',
    '@require_approval("")\nforbid (principal is Agent, action == Action::"gmail.messages.send", resource);',
  ],
  [
    'This agent may delete',
    'permit (principal == Agent::"agt_…", action in Action::"destructive", resource);',
  ],
] as const;

const fieldErrors = (error: unknown): Record<string, string> => {
  if (!(error instanceof HttpError)) return {};
  const detail = error.message;
  if (error.body?.code === 'invalid_policy') return { text: detail.replace(/^text: /, '') };
  return error.body?.code === 'name_taken' ? { name: detail } : {};
};

const useSave = (save: PolicyFormProps['save']) => {
  const [busy, setBusy] = useState(false);
  const notify = useNotify();
  const run = async (values: PolicyValues) => {
    setBusy(true);
    try {
      await save(values);
      return undefined;
    } catch (error) {
      const errors = fieldErrors(error);
      if (Object.keys(errors).length > 0) return errors;
      notify(error instanceof Error ? error.message : 'The policy could not be saved.', { type: 'error' });
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, run };
};

const Examples = () => (
  <Box component="details" sx={{ fontSize: '0.875rem', '& summary': { cursor: 'pointer' } }}>
    <summary>Examples of rules</summary>
    <Box component="dl" sx={{ mb: 0, '& dd': { m: 0, mb: 1.5 } }}>
      {EXAMPLES.map(([what, rule]) => (
        <Box key={what}>
          <Typography component="dt" variant="body2" color="textSecondary">
            {what}
          </Typography>
          <Box component="dd" sx={{ fontFamily: mono, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {rule}
          </Box>
        </Box>
      ))}
    </Box>
  </Box>
);

/** Creates or edits a rule; what the parser says of it stands at the text. */
export const PolicyForm = ({ values, submit, save }: PolicyFormProps) => {
  const { busy, run } = useSave(save);
  return (
    <Card sx={{ maxWidth: 820, p: { xs: 2, sm: 3 } }}>
      <Form
        defaultValues={values}
        disableInvalidFormNotification
        onSubmit={(typed: unknown) => run(typed as PolicyValues)}
      >
        <Stack sx={{ gap: 2.5, alignItems: 'stretch' }}>
          <TextInput
            source="name"
            label="Name"
            validate={required()}
            helperText="What a refusal names as its reason."
          />
          <TextInput
            source="text"
            label="Rule"
            validate={required()}
            multiline
            minRows={5}
            maxRows={20}
            helperText="One policy in the Cedar language."
            slotProps={{
              htmlInput: { spellCheck: false, style: { fontFamily: mono, fontSize: '0.875rem' } },
            }}
          />
          <Examples />
          <BooleanInput source="enabled" label="In force" helperText={false} />
          <Box>
            <Button type="submit" variant="contained" loading={busy}>
              {submit}
            </Button>
          </Box>
        </Stack>
      </Form>
    </Card>
  );
};

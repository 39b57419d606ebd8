import { Box, Card, Stack, Typography } from '@mui/material';
import { BooleanInput, DateTimeInput, Form, TextInput, required, type HttpError } from 'react-admin';
import { PEOPLE_DECIDE } from '../components/approval-words';
import { Code } from '../components/code';
import { useSave } from '../components/use-save';
import { SubmitButton } from '../components/submit-button';
import { mono } from '../theme/theme';

/** The values of the form. */
export interface PolicyValues {
  name: string;
  text: string;
  enabled: boolean;
  /** `null`: without an end. */
  validUntil: string | null;
}

interface PolicyFormProps {
  values: PolicyValues;
  submit: string;
  /** Sends the form; an error that it throws is shown at its field. */
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

const fieldErrors = ({ message, body }: HttpError): Record<string, string> => {
  if (body?.code === 'invalid_policy') return { text: message.replace(/^text: /, '') };
  return body?.code === 'name_taken' ? { name: message } : {};
};

const Examples = () => (
  <Box component="details" sx={{ fontSize: '0.875rem', '& summary': { cursor: 'pointer' } }}>
    <summary>Examples of rules</summary>
    <Typography variant="body2" sx={{ mt: 1 }}>
      A rule with <Code>@require_approval</Code> asks for a person. {PEOPLE_DECIDE}
    </Typography>
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

/** Creates or edits a rule; the parser's error is shown at the text. */
export const PolicyForm = ({ values, submit, save }: PolicyFormProps) => {
  const { busy, run } = useSave({ save, fieldErrors, otherwise: 'The policy could not be saved.' });
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
          <DateTimeInput
            source="validUntil"
            label="Until"
            helperText="It ends by itself then. Empty: without an end."
            parse={(typed: string) => (typed === '' ? null : new Date(typed).toISOString())}
          />
          <BooleanInput source="enabled" label="In force" helperText={false} />
          <SubmitButton label={submit} busy={busy} />
        </Stack>
      </Form>
    </Card>
  );
};

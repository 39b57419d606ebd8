import { Card, Stack } from '@mui/material';
import {
  BooleanInput,
  CheckboxGroupInput,
  Form,
  FormDataConsumer,
  TextInput,
  required,
  useGetList,
  type HttpError,
} from 'react-admin';
import type { WebhookEventType } from '../api-types';
import { ErrorState } from '../components/states';
import { SubmitButton } from '../components/submit-button';
import { useSave } from '../components/use-save';

/** The values of the form. */
export interface WebhookValues {
  url: string;
  description: string;
  all: boolean;
  eventTypes: string[];
}

interface WebhookFormProps {
  values: WebhookValues;
  submit: string;
  /** Sends the form; an error that it throws is shown at its field. */
  save: (values: WebhookValues) => Promise<void>;
}

/** The types as the API takes them: none named means all. */
export const eventTypesOf = ({ all, eventTypes }: WebhookValues) => (all ? undefined : eventTypes);

const fieldErrors = ({ body }: HttpError): Record<string, string> => {
  const errors = (body?.errors ?? []) as { path: string; message: string }[];
  return Object.fromEntries(errors.map(({ path, message }) => [path.split('.')[0] ?? path, message]));
};

const EventTypes = () => {
  const { data, error, isPending, refetch } = useGetList<WebhookEventType>(
    'webhook-event-types',
    { pagination: { page: 1, perPage: 100 } },
    { retry: false },
  );
  if (error) return <ErrorState error={error} what="The types of events" onRetry={() => void refetch()} />;
  return (
    <CheckboxGroupInput
      source="eventTypes"
      label="Events"
      choices={data ?? []}
      isPending={isPending}
      optionText="id"
      row={false}
      validate={required('Choose at least one type of event')}
      helperText="Later types are not added by themselves."
    />
  );
};

export const WebhookForm = ({ values, submit, save }: WebhookFormProps) => {
  const { busy, run } = useSave({ save, fieldErrors, otherwise: 'The webhook could not be saved.' });
  return (
    <Card sx={{ maxWidth: 640, p: { xs: 2, sm: 3 } }}>
      <Form
        defaultValues={values}
        disableInvalidFormNotification
        onSubmit={(typed: unknown) => run(typed as WebhookValues)}
      >
        <Stack sx={{ gap: 2, alignItems: 'stretch' }}>
          <TextInput
            source="url"
            label="Address"
            validate={required()}
            helperText="https. Hosts of your own network are named in VALETKEY_PRIVATE_HOSTS."
          />
          <TextInput
            source="description"
            label="Name (optional)"
            helperText="As it appears in the list of webhooks."
          />
          <BooleanInput source="all" label="Told of all events, later types too" helperText={false} />
          <FormDataConsumer<WebhookValues>>
            {({ formData }) => (formData.all ? null : <EventTypes />)}
          </FormDataConsumer>
          <SubmitButton label={submit} busy={busy} />
        </Stack>
      </Form>
    </Card>
  );
};

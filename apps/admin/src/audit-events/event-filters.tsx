import { useId } from 'react';
import { Autocomplete, TextField } from '@mui/material';
import { DateTimeInput, SelectInput, TextInput, useGetList, useInput } from 'react-admin';
import type { Agent } from '../api-types';
import { knownEventTypes } from './event-sentence';
import { outcomeChoices } from './outcome';

/** Any type may be typed; the ones this dashboard knows are offered. */
const TypeInput = () => {
  const id = useId();
  const { field } = useInput({ source: 'type' });
  return (
    <Autocomplete
      id={id}
      freeSolo
      autoSelect
      size="small"
      options={knownEventTypes}
      value={(field.value as string) || null}
      onChange={(_, value) => field.onChange(value ?? '')}
      renderInput={(params) => <TextField {...params} label="Event type" />}
    />
  );
};

const AgentInput = () => {
  const { data = [] } = useGetList<Agent>(
    'agents',
    { pagination: { page: 1, perPage: 100 }, sort: { field: 'name', order: 'ASC' } },
    { retry: false },
  );
  return <SelectInput source="agentId" label="Agent" choices={data} optionText="name" emptyText="Any" />;
};

/** The form holds what the browser's own date field shows; the address and the API hold the instant. */
const toInstant = (local: string) => {
  const date = new Date(local);
  return local && !Number.isNaN(date.getTime()) ? date.toISOString() : '';
};

export const EventFilters = () => (
  <>
    <TextInput source="userId" label="User id" resettable />
    <AgentInput />
    <TextInput source="operatorId" label="Operator or operator key id" resettable />
    <TypeInput />
    <SelectInput source="outcome" label="Outcome" choices={outcomeChoices} emptyText="Any" />
    <TextInput source="action" label="Action" resettable />
    <TextInput source="target" label="Connector" resettable />
    <TextInput source="connectionId" label="Connection id" resettable />
    <DateTimeInput source="from" label="From" parse={toInstant} />
    <DateTimeInput source="to" label="To" parse={toInstant} />
  </>
);

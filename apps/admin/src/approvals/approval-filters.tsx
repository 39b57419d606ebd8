import { SelectInput, TextInput } from 'react-admin';
import type { StatusLook } from '../components/status-chip';

/** The filters of lists of approvals, with the statuses that these have. */
export const approvalFilters = (looks: Record<string, StatusLook>) => (
  <>
    <SelectInput
      source="status"
      label="Status"
      choices={Object.entries(looks).map(([id, { label }]) => ({ id, name: label }))}
      emptyText="Any"
    />
    <TextInput source="userId" label="User id" resettable />
    <TextInput source="action" label="Action" resettable />
  </>
);

import { Link, useGetList } from 'react-admin';
import type { AuditEvent } from '../api-types';
import { filteredPath } from '../components/paths';
import { EmptyState, LoadingRows } from '../components/states';
import { When } from '../components/when';

/** Says of an id without a user whether there was one: links of the audit history lead here long after. */
export const GoneUser = ({ id }: { id: string }) => {
  const { data, isPending } = useGetList<AuditEvent>(
    'audit-events',
    {
      filter: { userId: id, type: 'user.deleted' },
      sort: { field: 'seq', order: 'DESC' },
      pagination: { page: 1, perPage: 1 },
    },
    { retry: false },
  );
  if (isPending) return <LoadingRows rows={3} />;
  const deletion = data?.[0];
  if (!deletion) {
    return (
      <EmptyState title="There is no such user">
        Nothing is known under the id {id}: no app has named this user, the audit log was made to forget them,
        or the address is mistyped.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="This user was deleted"
      action={
        <Link to={filteredPath('audit-events', { userId: id })}>See what was done for them before</Link>
      }
    >
      {id} was deleted <When at={deletion.at} />. Their connections were disconnected and their tokens, tasks
      and data are gone; only the audit history stays. If your app names the id again, a new user begins under
      it.
    </EmptyState>
  );
};

import type { ReactNode } from 'react';
import { Card } from '@mui/material';
import { useGetOne, useLocation, type RaRecord } from 'react-admin';
import { EmptyState, ErrorState, LoadingRows } from './states';
import { Page } from './page';
import { idInPath } from './paths';

interface RecordPageProps<T extends RaRecord> {
  resource: string;
  what: string;
  back: { to: string; label: string };
  /** How long until the record is read again, or false when it will not change by itself. */
  pollMs?: (record: T) => number | false;
  /** Content for an unknown id, where more can be said than that it is unknown. */
  missing?: (id: string) => ReactNode;
  children: (record: T) => ReactNode;
}

const isMissing = (error: unknown) => (error as { status?: number } | null)?.status === 404;

const Missing = ({ what, id }: { what: string; id: string }) => (
  <EmptyState title={`There is no such ${what.toLowerCase()}`}>
    Nothing is known under the id {id}. It may have been removed, or the address is mistyped.
  </EmptyState>
);

/** One record by the id in the address, with its loading, missing and failed states. */
export const RecordPage = <T extends RaRecord>(props: RecordPageProps<T>) => {
  const { resource, what, back, pollMs, missing, children } = props;
  const id = idInPath(useLocation().pathname);
  const { data, error, refetch } = useGetOne<T>(
    resource,
    { id },
    {
      retry: false,
      refetchInterval: (query) => (query.state.data && pollMs ? pollMs(query.state.data) : false),
    },
  );
  // A cached record must not stay on the page with its buttons once the record is gone.
  if (data && !isMissing(error)) return children(data);
  return (
    <Page title={what} back={back}>
      <Card>
        {!error && <LoadingRows rows={6} />}
        {isMissing(error) && (missing?.(id) ?? <Missing what={what} id={id} />)}
        {error && !isMissing(error) && (
          <ErrorState error={error} what={`This ${what.toLowerCase()}`} onRetry={() => void refetch()} />
        )}
      </Card>
    </Page>
  );
};

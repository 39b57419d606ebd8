import type { ReactNode } from 'react';
import { Card } from '@mui/material';
import { useGetOne, useParams, type RaRecord } from 'react-admin';
import { EmptyState, ErrorState, LoadingRows } from './states';
import { Page } from './page';

interface RecordPageProps<T extends RaRecord> {
  resource: string;
  what: string;
  back: { to: string; label: string };
  /** How long until the record is read again, or false when it will not change by itself. */
  pollMs?: (record: T) => number | false;
  children: (record: T) => ReactNode;
}

const isMissing = (error: unknown) => (error as { status?: number } | null)?.status === 404;

/** One record by the id in the address, with its loading, missing and failed states. */
export const RecordPage = <T extends RaRecord>(props: RecordPageProps<T>) => {
  const { resource, what, back, pollMs, children } = props;
  const { id = '' } = useParams();
  const { data, error, refetch } = useGetOne<T>(
    resource,
    { id: decodeURIComponent(id) },
    {
      retry: false,
      refetchInterval: (query) => (query.state.data && pollMs ? pollMs(query.state.data) : false),
    },
  );
  if (data) return children(data);
  return (
    <Page title={what} back={back}>
      <Card>
        {!error && <LoadingRows rows={6} />}
        {isMissing(error) && (
          <EmptyState title={`There is no such ${what.toLowerCase()}`}>
            Nothing is known under the id {decodeURIComponent(id)}. It may have been removed, or the address
            is mistyped.
          </EmptyState>
        )}
        {error && !isMissing(error) && (
          <ErrorState error={error} what={`This ${what.toLowerCase()}`} onRetry={() => void refetch()} />
        )}
      </Card>
    </Page>
  );
};

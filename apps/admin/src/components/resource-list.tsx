import type { ReactNode } from 'react';
import { Box, Card, useMediaQuery, type Theme } from '@mui/material';
import { ListBase, Pagination, useListContext, type RaRecord, type SortPayload } from 'react-admin';
import { Button } from '@mui/material';
import { EmptyState, ErrorState, LoadingRows } from './states';
import { Page } from './page';
import { Filters } from './filters';
import { Rows, type Column } from './rows';
import { Cards } from './cards';

export interface ResourceListProps<T extends RaRecord> {
  resource: string;
  title: string;
  lead: ReactNode;
  sort: SortPayload;
  filters?: ReactNode;
  /** For a single filter that is worth its place even on a phone. */
  unfolded?: boolean;
  actions?: ReactNode;
  /** Between the head of the page and its filters. */
  above?: ReactNode;
  /** Under the list. */
  below?: ReactNode;
  empty: ReactNode;
  columns: Column<T>[];
  /** One record on a phone. */
  card: (record: T) => ReactNode;
  /** How long until the list is read again, given what it shows. */
  pollMs?: (records: T[]) => number | false;
}

const NothingMatches = () => {
  const { setFilters } = useListContext();
  return (
    <EmptyState
      title="Nothing matches these filters"
      action={
        <Button variant="outlined" onClick={() => setFilters({})}>
          Clear all filters
        </Button>
      }
    >
      Widen the time range or remove a filter.
    </EmptyState>
  );
};

/** A search of a long log can find nothing for a while. */
const NothingYet = ({ more }: { more: boolean }) => (
  <EmptyState title={more ? 'Nothing found so far' : 'Nothing more was found'}>
    {more ? 'Go on to the next page to look further, or narrow the time.' : 'Go back to the page before.'}
  </EmptyState>
);

type BodyProps<T extends RaRecord> = Pick<
  ResourceListProps<T>,
  'title' | 'empty' | 'columns' | 'card' | 'resource'
>;

const useNothing = () => {
  const { data, isPending, total, hasNextPage, hasPreviousPage } = useListContext();
  const here = !isPending && (data ?? []).length === 0;
  return { here, anywhere: here && (total ?? 0) === 0 && !hasNextPage && !hasPreviousPage };
};

const Body = <T extends RaRecord>({ title, empty, columns, card, resource }: BodyProps<T>) => {
  const { data, error, isPending, refetch, filterValues, hasNextPage } = useListContext<T>();
  const nothing = useNothing();
  const narrow = useMediaQuery<Theme>((theme) => theme.breakpoints.down('md'));
  if (error && !data) return <ErrorState error={error} what={title} onRetry={() => void refetch()} />;
  if (isPending && narrow) return <LoadingRows rows={5} height={72} />;
  if (nothing.anywhere) return Object.keys(filterValues).length > 0 ? <NothingMatches /> : empty;
  return (
    <>
      {nothing.here && <NothingYet more={hasNextPage === true} />}
      {narrow ? (
        <Cards resource={resource} records={data ?? []} card={card} />
      ) : (
        <Rows resource={resource} label={title} records={data} columns={columns} />
      )}
      <Pagination rowsPerPageOptions={[25, 50, 100]} />
    </>
  );
};

/** A list page: what it is, filters in the address, a table on a desk and cards on a phone. */
export const ResourceList = <T extends RaRecord>(props: ResourceListProps<T>) => {
  const {
    resource,
    title,
    lead,
    sort,
    filters,
    unfolded = false,
    actions,
    above,
    below,
    pollMs,
    ...body
  } = props;
  return (
    <ListBase<T>
      resource={resource}
      sort={sort}
      perPage={25}
      storeKey={false}
      queryOptions={{
        retry: false,
        // The page shows the error itself, with a way to try again.
        onError: () => undefined,
        refetchInterval: (query) => (pollMs && query.state.data ? pollMs(query.state.data.data) : false),
      }}
    >
      <Page title={title} lead={lead} actions={actions}>
        {above}
        {filters && <Filters unfolded={unfolded}>{filters}</Filters>}
        <Card>
          <Body resource={resource} title={title} {...body} />
        </Card>
        {below && <Box sx={{ mt: 4 }}>{below}</Box>}
      </Page>
    </ListBase>
  );
};

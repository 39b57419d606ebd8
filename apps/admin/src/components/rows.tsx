import type { MouseEvent, ReactNode } from 'react';
import { Skeleton, Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material';
import { TableSortLabel } from '@mui/material';
import { Link, useListContext, useNavigate, type RaRecord } from 'react-admin';
import { recordPath } from './paths';

export interface Column<T extends RaRecord> {
  label: string;
  /** The field to sort by; without it the column cannot be sorted. */
  sortBy?: string;
  align?: 'right';
  width?: number | string;
  render: (record: T) => ReactNode;
}

const HeadCell = <T extends RaRecord>({ column }: { column: Column<T> }) => {
  const { sort, setSort } = useListContext();
  const { label, sortBy, align, width } = column;
  const active = sort.field === sortBy;
  const direction = sort.order === 'DESC' ? 'desc' : 'asc';
  return (
    <TableCell align={align} sx={{ width }} sortDirection={active ? direction : false}>
      {sortBy ? (
        <TableSortLabel
          active={active}
          direction={active ? direction : 'asc'}
          onClick={() => setSort({ field: sortBy, order: active && sort.order === 'ASC' ? 'DESC' : 'ASC' })}
        >
          {label}
        </TableSortLabel>
      ) : (
        label
      )}
    </TableCell>
  );
};

const LoadingBody = ({ columns }: { columns: number }) => (
  <TableBody aria-busy="true">
    {Array.from({ length: 6 }, (_, row) => (
      <TableRow key={row}>
        {Array.from({ length: columns }, (_cell, cell) => (
          <TableCell key={cell}>
            <Skeleton width={cell === 0 ? '70%' : '50%'} sx={{ opacity: 1 - row * 0.13 }} />
          </TableCell>
        ))}
      </TableRow>
    ))}
  </TableBody>
);

const isOwnTarget = (event: MouseEvent) =>
  (event.target as HTMLElement).closest('a, button, input') === null && !window.getSelection()?.toString();

interface RowsProps<T extends RaRecord> {
  resource: string;
  label: string;
  records: T[] | undefined;
  columns: Column<T>[];
}

/** The table. A row opens with the mouse; its first cell is a real link for the keyboard and new tabs. */
export const Rows = <T extends RaRecord>({ resource, label, records, columns }: RowsProps<T>) => {
  const navigate = useNavigate();
  const open = (event: MouseEvent, path: string) => {
    if (isOwnTarget(event)) navigate(path);
  };
  const cell = (record: T, column: Column<T>, first: boolean) =>
    first ? (
      <Link to={recordPath(resource, String(record.id))} sx={{ fontWeight: 600 }}>
        {column.render(record)}
      </Link>
    ) : (
      column.render(record)
    );
  return (
    <TableContainer>
      <Table aria-label={label}>
        <TableHead>
          <TableRow>
            {columns.map((column) => (
              <HeadCell key={column.label} column={column} />
            ))}
          </TableRow>
        </TableHead>
        {!records && <LoadingBody columns={columns.length} />}
        <TableBody>
          {records?.map((record) => (
            <TableRow
              key={record.id}
              hover
              sx={{ cursor: 'pointer', '&:last-of-type td': { borderBottom: 0 } }}
              onClick={(event) => open(event, recordPath(resource, String(record.id)))}
            >
              {columns.map((column, index) => (
                <TableCell key={column.label} align={column.align}>
                  {cell(record, column, index === 0)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
};

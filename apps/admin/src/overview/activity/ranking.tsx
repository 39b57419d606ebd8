import type { ReactNode } from 'react';
import { Table, TableBody, TableCell, TableContainer, TableHead, TableRow } from '@mui/material';
import { Link } from 'react-admin';
import type { ActivityCounts } from '../../api-types';
import { AgentLink } from '../../components/names';
import { filteredPath } from '../../components/paths';
import { Section } from '../../components/section';
import { EmptyState } from '../../components/states';
import { durationWords } from '../../components/time-words';
import { callCount, eventsPath } from './ranges';

const MOST = 10;
const heads = ['Calls', 'Failed', 'Refused', 'p50', 'p95'];

interface RankingProps<T extends ActivityCounts> {
  title: string;
  of: string;
  rows: T[];
  keyOf: (row: T) => string;
  name: (row: T) => ReactNode;
  failures: (row: T) => string;
}

const Ranking = <T extends ActivityCounts>({ title, of, rows, keyOf, name, failures }: RankingProps<T>) => (
  <Section title={title}>
    {rows.length === 0 ? (
      <EmptyState title="No calls in this time" />
    ) : (
      <TableContainer tabIndex={0} role="region" aria-label={title}>
        <Table size="small" aria-label={title}>
          <TableHead>
            <TableRow>
              <TableCell>{of}</TableCell>
              {heads.map((head) => (
                <TableCell key={head} align="right">
                  {head}
                </TableCell>
              ))}
            </TableRow>
          </TableHead>
          <TableBody>
            {rows.slice(0, MOST).map((row) => (
              <TableRow key={keyOf(row)}>
                <TableCell component="th" scope="row">
                  {name(row)}
                </TableCell>
                <TableCell align="right">{callCount(row)}</TableCell>
                <TableCell align="right">
                  {row.calls.failed > 0 ? <Link to={failures(row)}>{row.calls.failed}</Link> : 0}
                </TableCell>
                <TableCell align="right">{row.calls.denied}</TableCell>
                <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
                  {row.latencyMs ? durationWords(row.latencyMs.p50) : ''}
                </TableCell>
                <TableCell align="right" sx={{ whiteSpace: 'nowrap' }}>
                  {row.latencyMs ? durationWords(row.latencyMs.p95) : ''}
                </TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      </TableContainer>
    )}
  </Section>
);

export const ConnectorRanking = ({
  rows,
  from,
}: {
  rows: (ActivityCounts & { target: string })[];
  from: string;
}) => (
  <Ranking
    title="By connector"
    of="Connector"
    rows={rows}
    keyOf={({ target }) => target}
    name={({ target }) => <Link to={filteredPath('connections', { target })}>{target}</Link>}
    failures={({ target }) => eventsPath({ target, outcome: 'failed', from })}
  />
);

export const AgentRanking = ({
  rows,
  from,
}: {
  rows: (ActivityCounts & { agentId: string })[];
  from: string;
}) => (
  <Ranking
    title="By agent"
    of="Agent"
    rows={rows}
    keyOf={({ agentId }) => agentId}
    name={({ agentId }) => <AgentLink id={agentId} />}
    failures={({ agentId }) => eventsPath({ agentId, outcome: 'failed', from })}
  />
);

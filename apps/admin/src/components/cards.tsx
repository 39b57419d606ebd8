import type { ReactNode } from 'react';
import { Box, Stack, Typography } from '@mui/material';
import { LinkBase, type RaRecord } from 'react-admin';
import ChevronRightIcon from '@mui/icons-material/ChevronRight';
import { recordPath } from './paths';

interface CardsProps<T extends RaRecord> {
  resource: string;
  records: T[];
  card: (record: T) => ReactNode;
}

/** A list on a phone: each record is one link as wide as the screen. */
export const Cards = <T extends RaRecord>({ resource, records, card }: CardsProps<T>) => (
  <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
    {records.map((record) => (
      <Box
        component="li"
        key={record.id}
        sx={{ borderBottom: 1, borderColor: 'divider', '&:last-of-type': { borderBottom: 0 } }}
      >
        <Box
          component={LinkBase}
          to={recordPath(resource, String(record.id))}
          sx={{
            display: 'flex',
            alignItems: 'center',
            gap: 1,
            p: 2,
            color: 'inherit',
            textDecoration: 'none',
            '&:hover': { backgroundColor: 'action.hover' },
          }}
        >
          <Box sx={{ flex: 1, minWidth: 0 }}>{card(record)}</Box>
          <ChevronRightIcon aria-hidden sx={{ color: 'text.disabled' }} />
        </Box>
      </Box>
    ))}
  </Box>
);

interface CardLinesProps {
  title: ReactNode;
  status?: ReactNode;
  lines: ReactNode[];
}

export const CardLines = ({ title, status, lines }: CardLinesProps) => (
  <Stack sx={{ gap: 0.5, alignItems: 'flex-start' }}>
    <Typography variant="body1" component="div" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
      {title}
    </Typography>
    {status}
    {lines.filter(Boolean).map((line, index) => (
      <Typography
        key={index}
        variant="body2"
        component="div"
        color="textSecondary"
        sx={{ overflowWrap: 'anywhere' }}
      >
        {line}
      </Typography>
    ))}
  </Stack>
);

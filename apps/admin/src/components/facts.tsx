import { Fragment, type ReactNode } from 'react';
import { Box } from '@mui/material';

export type Fact = [label: string, value: ReactNode] | false | undefined;

/** Labels and values as a real description list. */
export const Facts = ({ facts, dense = false }: { facts: Fact[]; dense?: boolean }) => (
  <Box
    component="dl"
    sx={{
      m: 0,
      p: dense ? 0 : 2.5,
      display: 'grid',
      alignContent: 'start',
      gridTemplateColumns: { xs: 'minmax(96px, 34%) 1fr', sm: 'minmax(130px, max-content) 1fr' },
      columnGap: { xs: 2, sm: 3 },
      rowGap: 1.25,
      fontSize: '0.875rem',
      '& dt': { color: 'text.secondary' },
      '& dd': { m: 0, minWidth: 0, overflowWrap: 'anywhere' },
    }}
  >
    {facts
      .filter((fact) => fact !== false && fact !== undefined)
      .map(([label, value]) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
  </Box>
);

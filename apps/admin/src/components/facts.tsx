import { Fragment, type ReactNode } from 'react';
import { Box } from '@mui/material';

export type Fact = [label: string, value: ReactNode] | false | undefined;

/** Labels and values as a real description list; one column on a phone. */
export const Facts = ({ facts, dense = false }: { facts: Fact[]; dense?: boolean }) => (
  <Box
    component="dl"
    sx={{
      m: 0,
      p: dense ? 0 : 2.5,
      display: 'grid',
      gridTemplateColumns: { xs: '1fr', sm: 'minmax(130px, max-content) 1fr' },
      columnGap: 3,
      rowGap: { xs: 0, sm: 1.25 },
      fontSize: '0.875rem',
      '& dt': { color: 'text.secondary' },
      '& dd': { m: 0, mb: { xs: 1.25, sm: 0 }, minWidth: 0, overflowWrap: 'anywhere' },
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

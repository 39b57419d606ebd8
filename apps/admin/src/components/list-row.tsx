import type { ReactNode } from 'react';
import { Stack } from '@mui/material';

interface ListRowProps {
  /** On a phone the commands are below: there are several, or their labels are long. */
  stacks?: boolean;
  children: ReactNode;
}

/** One item of a short list in a card: what it is, and beside it what can be done with it. */
export const ListRow = ({ stacks = false, children }: ListRowProps) => (
  <Stack
    component="li"
    direction={stacks ? { xs: 'column', sm: 'row' } : 'row'}
    sx={{
      px: 2.5,
      py: 1.75,
      gap: stacks ? { xs: 1, sm: 2 } : 2,
      alignItems: stacks ? { sm: 'center' } : 'center',
      justifyContent: 'space-between',
      borderBottom: 1,
      borderColor: 'divider',
      '&:last-of-type': { borderBottom: 0 },
    }}
  >
    {children}
  </Stack>
);

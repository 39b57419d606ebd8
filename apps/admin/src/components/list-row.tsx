import type { ReactNode } from 'react';
import { Stack } from '@mui/material';

/** One item of a short list in a card: what it is, and beside it what can be done with it. */
export const ListRow = ({ children }: { children: ReactNode }) => (
  <Stack
    component="li"
    direction="row"
    sx={{
      px: 2.5,
      py: 1.75,
      gap: 2,
      alignItems: 'center',
      justifyContent: 'space-between',
      borderBottom: 1,
      borderColor: 'divider',
      '&:last-of-type': { borderBottom: 0 },
    }}
  >
    {children}
  </Stack>
);

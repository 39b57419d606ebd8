import type { ReactNode } from 'react';
import { Box } from '@mui/material';
import { LinkBase } from 'react-admin';

/** A row of a short list that leads somewhere as a whole. */
export const RowLink = ({ to, sx, children }: { to: string; sx: object; children: ReactNode }) => (
  <Box component="li" sx={{ borderBottom: 1, borderColor: 'divider', '&:last-of-type': { borderBottom: 0 } }}>
    <Box
      component={LinkBase}
      to={to}
      sx={{
        display: 'flex',
        alignItems: 'center',
        px: 2,
        py: 1.25,
        color: 'inherit',
        fontSize: '0.875rem',
        textDecoration: 'none',
        '&:hover': { backgroundColor: 'action.hover' },
        ...sx,
      }}
    >
      {children}
    </Box>
  </Box>
);

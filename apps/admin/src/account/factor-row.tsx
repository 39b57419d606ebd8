import type { ReactNode } from 'react';
import { Box, Typography } from '@mui/material';
import type { SecondFactor } from '../api-types';
import { ListRow } from '../components/list-row';

interface FactorRowProps {
  title: string;
  children: ReactNode;
  command: ReactNode;
}

export const FactorRow = ({ title, children, command }: FactorRowProps) => (
  <ListRow stacks>
    <Box sx={{ minWidth: 0 }}>
      <Typography variant="body2" sx={{ fontWeight: 600, overflowWrap: 'anywhere' }}>
        {title}
      </Typography>
      <Typography variant="body2" color="textSecondary" component="div">
        {children}
      </Typography>
    </Box>
    <Box sx={{ flex: 'none' }}>{command}</Box>
  </ListRow>
);

/** The consequences of removing a factor. */
export const removalWords = ({ isRequired, passkeys, totpSince }: SecondFactor): string => {
  if (passkeys.length + (totpSince ? 1 : 0) > 1)
    return 'It signs nobody in any more. Your other second factor stays.';
  return isRequired
    ? 'A second factor is required here: until you have set one up again, nothing else is open to you.'
    : 'Your password alone signs you in then. Your recovery codes are over as well.';
};

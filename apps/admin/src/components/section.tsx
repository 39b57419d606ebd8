import { useId, type ReactNode } from 'react';
import { Box, Card, Stack, Typography } from '@mui/material';

interface SectionProps {
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  /** Without the card around the children, for children that are cards themselves. */
  bare?: boolean;
  children: ReactNode;
}

export const Section = ({ title, hint, action, bare = false, children }: SectionProps) => {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 4, minWidth: 0 }}>
      <Stack
        direction="row"
        sx={{ mb: 1.25, gap: 2, alignItems: 'baseline', justifyContent: 'space-between' }}
      >
        <Box>
          <Typography variant="h2" id={id}>
            {title}
          </Typography>
          {hint && (
            <Typography variant="body2" color="textSecondary">
              {hint}
            </Typography>
          )}
        </Box>
        {action && <Box sx={{ flex: 'none', fontSize: '0.875rem' }}>{action}</Box>}
      </Stack>
      {bare ? children : <Card>{children}</Card>}
    </Box>
  );
};

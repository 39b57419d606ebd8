import { useEffect, type ReactNode } from 'react';
import { Box, Card, Stack, Typography } from '@mui/material';
import { KeyMark } from './key-mark';

interface SignedOutPageProps {
  title: string;
  /** Small print under the card. */
  below: ReactNode;
  children: ReactNode;
}

/** A page for somebody who is not signed in: one card in the middle. */
export const SignedOutPage = ({ title, below, children }: SignedOutPageProps) => {
  useEffect(() => {
    document.title = `${title} · Valetkey`;
  }, [title]);
  return (
    <Box
      component="main"
      sx={{ minHeight: '100vh', display: 'grid', placeItems: 'center', p: 2, bgcolor: 'background.default' }}
    >
      <Box sx={{ width: '100%', maxWidth: 392 }}>
        <Stack direction="row" sx={{ gap: 1.5, mb: 3, alignItems: 'center' }}>
          <KeyMark size={40} />
          <Box>
            <Typography variant="h1">Valetkey</Typography>
            <Typography variant="body2" color="textSecondary">
              Token vault and tool gateway for agents
            </Typography>
          </Box>
        </Stack>
        <Card sx={{ p: 3 }}>{children}</Card>
        <Typography variant="caption" color="textSecondary" component="p" sx={{ mt: 2 }}>
          {below}
        </Typography>
      </Box>
    </Box>
  );
};

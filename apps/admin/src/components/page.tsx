import { useEffect, type ReactNode } from 'react';
import { Box, Stack, Typography } from '@mui/material';
import { Link } from 'react-admin';
import ChevronLeftIcon from '@mui/icons-material/ChevronLeft';

interface PageProps {
  title: string;
  /** Replaces the title on the page, when it is more than its text. */
  heading?: ReactNode;
  lead?: ReactNode;
  back?: { to: string; label: string };
  actions?: ReactNode;
  children: ReactNode;
}

const BackLink = ({ to, label }: { to: string; label: string }) => (
  <Link
    to={to}
    variant="body2"
    color="textSecondary"
    sx={{ display: 'inline-flex', alignItems: 'center', ml: -0.5, mb: 0.5 }}
  >
    <ChevronLeftIcon aria-hidden fontSize="small" />
    {label}
  </Link>
);

export const Page = ({ title, heading, lead, back, actions, children }: PageProps) => {
  useEffect(() => {
    document.title = `${title} · Valetkey`;
  }, [title]);

  return (
    <Box sx={{ width: '100%', maxWidth: 1200, mx: 'auto' }}>
      <Stack
        component="header"
        direction={{ xs: 'column', sm: 'row' }}
        sx={{ gap: 2, mb: 3, alignItems: { sm: 'flex-end' }, justifyContent: 'space-between' }}
      >
        <Box sx={{ minWidth: 0 }}>
          {back && <BackLink {...back} />}
          <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
            {heading ?? title}
          </Typography>
          {lead && (
            <Typography
              variant="body1"
              color="textSecondary"
              component="div"
              sx={{ mt: 0.5, maxWidth: 720, textWrap: 'pretty' }}
            >
              {lead}
            </Typography>
          )}
        </Box>
        {actions && (
          <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', flex: 'none' }}>
            {actions}
          </Stack>
        )}
      </Stack>
      {children}
    </Box>
  );
};

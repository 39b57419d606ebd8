import type { ReactNode } from 'react';
import { Alert, Box, Button, Skeleton, Stack, Typography } from '@mui/material';
import type { SvgIconComponent } from '@mui/icons-material';
import ReplayIcon from '@mui/icons-material/Replay';

interface EmptyStateProps {
  icon?: SvgIconComponent;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

/** Says what would be here and what to do so that it is. */
export const EmptyState = ({ icon: Icon, title, children, action }: EmptyStateProps) => (
  <Stack sx={{ alignItems: 'center', textAlign: 'center', px: 3, py: 5, gap: 1 }}>
    {Icon && (
      <Box
        sx={(theme) => ({
          display: 'grid',
          placeItems: 'center',
          width: 44,
          height: 44,
          mb: 0.5,
          borderRadius: 3,
          color: theme.palette.brass,
          backgroundColor: theme.palette.sunken,
          border: `1px solid ${theme.palette.divider}`,
        })}
      >
        <Icon aria-hidden fontSize="small" />
      </Box>
    )}
    <Typography variant="h3" component="p">
      {title}
    </Typography>
    {children && (
      <Typography
        variant="body2"
        color="textSecondary"
        component="div"
        sx={{ maxWidth: 460, textWrap: 'balance' }}
      >
        {children}
      </Typography>
    )}
    {action && <Box sx={{ mt: 1 }}>{action}</Box>}
  </Stack>
);

const messageOf = (error: unknown) => (error instanceof Error && error.message) || 'Something went wrong.';

interface ErrorStateProps {
  error: unknown;
  what: string;
  onRetry: () => void;
}

export const ErrorState = ({ error, what, onRetry }: ErrorStateProps) => (
  <Alert
    severity="error"
    variant="outlined"
    sx={{ m: 2 }}
    action={
      <Button color="inherit" size="small" startIcon={<ReplayIcon />} onClick={onRetry}>
        Retry
      </Button>
    }
  >
    <Typography variant="body2" sx={{ fontWeight: 600 }}>
      {what} could not be loaded
    </Typography>
    <Typography variant="body2">{messageOf(error)}</Typography>
  </Alert>
);

export const LoadingRows = ({ rows = 5, height = 28 }: { rows?: number; height?: number }) => (
  <Stack sx={{ p: 2, gap: 1.5 }} aria-busy="true" aria-label="Loading" role="status">
    {Array.from({ length: rows }, (_, row) => (
      <Skeleton key={row} variant="rounded" height={height} sx={{ opacity: 1 - row * 0.13 }} />
    ))}
  </Stack>
);

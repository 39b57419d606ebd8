import { Button, Card, Stack } from '@mui/material';
import { Page } from '../components/page';
import { EmptyState } from '../components/states';

interface CrashProps {
  error: Error;
  resetErrorBoundary?: (reason?: unknown) => void;
}

/** A defect in a page: the rest of the dashboard keeps working. Also shown when a new version replaced a page's file. */
export const Crash = ({ error, resetErrorBoundary }: CrashProps) => (
  <Page title="Something went wrong">
    <Card>
      <EmptyState
        title="This page could not be shown"
        action={
          <Stack direction="row" sx={{ gap: 1 }}>
            <Button variant="outlined" onClick={() => resetErrorBoundary?.()}>
              Try again
            </Button>
            <Button variant="contained" onClick={() => window.location.reload()}>
              Reload
            </Button>
          </Stack>
        }
      >
        {error.message}
      </EmptyState>
    </Card>
  </Page>
);

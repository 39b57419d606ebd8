import { Button, Card } from '@mui/material';
import { LinkBase } from 'react-admin';
import { Page } from '../components/page';
import { EmptyState } from '../components/states';

export const NotFound = () => (
  <Page title="Page not found">
    <Card>
      <EmptyState
        title="There is no page at this address"
        action={
          <Button component={LinkBase} to="/" variant="outlined">
            Go to the overview
          </Button>
        }
      />
    </Card>
  </Page>
);

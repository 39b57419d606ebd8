import type { ReactNode } from 'react';
import { Card } from '@mui/material';
import { EmptyState } from './states';

/** Takes the place of a form for auditors; `children` say whom to ask. */
export const ReadOnlyCard = ({ children }: { children: ReactNode }) => (
  <Card>
    <EmptyState title="Auditors can look at everything and change nothing">{children}</EmptyState>
  </Card>
);

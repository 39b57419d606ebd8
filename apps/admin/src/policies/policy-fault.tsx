import { Alert, Typography } from '@mui/material';
import type { Policy } from '../api-types';

/** The fault of a rule that was stored before rules were checked as they are today. */
export const PolicyFault = ({ policy: { fault } }: { policy: Policy }) =>
  fault === undefined ? null : (
    <Alert severity="warning" variant="outlined" sx={{ mb: 3, maxWidth: 820 }} data-status="faulty">
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        This rule does not hold as it is written
      </Typography>
      <Typography variant="body2" sx={{ overflowWrap: 'anywhere' }}>
        {fault}
      </Typography>
      <Typography variant="body2">Edit the rule so that it says what you mean.</Typography>
    </Alert>
  );
